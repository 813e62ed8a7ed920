package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractsFolderTest {
    private final MovingClock clock = new MovingClock();

    @TempDir
    private Path folder;

    @BeforeEach
    void writeOne() throws IOException {
        write("a.b", "owner: us\nwritten_by: us\ndescription: d\n");
    }

    @Test
    void aNewContractIsSeenOnceASecondHasPassed() throws IOException {
        ContractsFolder live = new ContractsFolder(folder, clock);
        write("a.c", "owner: us\nwritten_by: us\ndescription: d\n");
        assertThat(live.catalogue().find("a.c")).isEmpty();
        clock.pass(Duration.ofSeconds(1));
        assertThat(live.catalogue().find("a.c")).isPresent();
    }

    @Test
    void whileNothingChangesTheCatalogueIsTheSame() {
        ContractsFolder live = new ContractsFolder(folder, clock);
        Catalogue first = live.catalogue();
        clock.pass(Duration.ofMinutes(1));
        assertThat(live.catalogue()).isSameAs(first);
    }

    @Test
    void aFolderThatCannotBeReadLeavesTheLastGoodCatalogueAndSaysWhy() throws IOException {
        ContractsFolder live = new ContractsFolder(folder, clock);
        assertThat(live.problem()).isEmpty();

        write("a.b", "owner: us\nowned_by: us\n");
        clock.pass(Duration.ofSeconds(2));
        assertThat(live.catalogue().require("a.b").owner()).isEqualTo("us");
        assertThat(live.problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("owned_by"));

        write("a.b", "owner: them\nwritten_by: us\ndescription: d\n");
        clock.pass(Duration.ofSeconds(2));
        assertThat(live.catalogue().require("a.b").owner()).isEqualTo("them");
        assertThat(live.problem()).isEmpty();
    }

    @Test
    void aFolderThatIsGoneForAWhileIsNoEmptyCatalogue(@TempDir Path elsewhere) throws IOException {
        ContractsFolder live = new ContractsFolder(folder, clock);
        Path away = elsewhere.resolve("away");
        Files.move(folder, away);
        clock.pass(Duration.ofSeconds(2));
        assertThat(live.catalogue().contracts()).hasSize(1);
        assertThat(live.problem()).isPresent();

        Files.move(away, folder);
        clock.pass(Duration.ofSeconds(2));
        live.catalogue();
        assertThat(live.problem()).isEmpty();
    }

    @Test
    void aFolderThatIsWrongFromTheStartIsRefused() throws IOException {
        write("a.b", "owner: us\nowned_by: us\n");
        assertThatThrownBy(() -> new ContractsFolder(folder, clock)).isInstanceOf(ContractException.class);
    }

    private void write(String topic, String yaml) throws IOException {
        Path contract = Files.createDirectories(folder.resolve(topic));
        Files.writeString(contract.resolve("contract.yaml"), yaml);
    }

    private static final class MovingClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
