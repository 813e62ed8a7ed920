package io.millrace.connect.configs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void numbersStandToTheRightAndTextToTheLeft() {
        TextTable table = new TextTable(List.of("NAME", "LAG", "ERROR"), Set.of(1));
        table.row(List.of("orders", "7", "")).row(List.of("a", "1,234", "broken"));
        assertThat(table.lines(80)).containsExactly("NAME      LAG  ERROR", "orders      7", "a       1,234  broken");
    }

    @Test
    void aNarrowTerminalCutsTheLastColumn() {
        TextTable table = new TextTable(List.of("NAME", "ERROR"), Set.of());
        table.row(List.of("orders", "Connection to the store was refused"));
        assertThat(table.lines(30)).last().isEqualTo("orders  Connection to the sto\u2026");
    }

    @Test
    void aCellNeverBreaksItsLine() {
        TextTable table = new TextTable(List.of("NAME", "ERROR"), Set.of());
        table.row(List.of("orders", "first\nsecond\u001b[31m"));
        assertThat(table.lines(80)).hasSize(2).last().isEqualTo("orders  first second [31m");
    }

    @Property(tries = 200)
    void noLineIsWiderThanTheTerminalAsLongAsTheOtherColumnsFit(
            @ForAll @StringLength(max = 12) String name,
            @ForAll @StringLength(max = 200) String error,
            @ForAll @IntRange(min = 24, max = 200) int width) {
        TextTable table = new TextTable(List.of("NAME", "ERROR"), Set.of());
        table.row(List.of(name, error));
        assertThat(table.lines(width))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(width));
    }
}
