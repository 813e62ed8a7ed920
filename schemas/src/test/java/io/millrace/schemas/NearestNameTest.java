package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> KEYS =
            List.of("kafka.bootstrap.servers", "control.port", "session.gap", "registry.url", "trigger.lake");

    @Test
    void aMistypedNameIsFoundWhateverItsCase() {
        assertThat(NearestName.to("Sesion.Gap", KEYS)).contains("session.gap");
        assertThat(NearestName.to("contorl.port", KEYS)).contains("control.port");
    }

    @Test
    void theFirstWordsOfANameAreEnoughEvenMistyped() {
        assertThat(NearestName.to("kafka.botstrap", KEYS)).contains("kafka.bootstrap.servers");
        assertThat(NearestName.to("trigger", KEYS)).contains("trigger.lake");
    }

    @Test
    void aNameThatIsLikeNoneGetsAllOfThem() {
        assertThat(NearestName.to("colour", KEYS)).isEmpty();
        assertThat(NearestName.hint("colour", KEYS)).startsWith("known are control.port, kafka");
    }
}
