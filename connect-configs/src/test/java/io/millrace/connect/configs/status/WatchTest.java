package io.millrace.connect.configs.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.configs.ClusterException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private final StringWriter out = new StringWriter();
    private int drawings;

    @Test
    void aTerminalIsDrawnOverAndAnOutageIsShownInPlaceOfTheTable() {
        new Watch(new PrintWriter(out), true).run(Duration.ofMillis(1), this::draw);
        assertThat(out.toString())
                .isEqualTo("\033[H\033[Jrow 1\n\033[H\033[Jno broker at redis://(hidden)@h\n\033[H\033[Jrow 3\n");
        assertThat(Thread.interrupted()).as("whoever interrupted still sees it").isTrue();
    }

    @Test
    void elsewhereTablesFollowEachOtherWithoutControlCharacters() {
        new Watch(new PrintWriter(out), false).run(Duration.ofMillis(1), this::draw);
        assertThat(out.toString()).startsWith("row 1\n\n").endsWith("row 3\n\n").doesNotContain("\033");
        assertThat(Thread.interrupted()).isTrue();
    }

    private List<String> draw(int width) {
        drawings++;
        if (drawings == 2) {
            throw new ClusterException("no broker at redis://u:secret@h", null);
        }
        if (drawings == 3) {
            Thread.currentThread().interrupt();
        }
        return List.of("row " + drawings);
    }
}
