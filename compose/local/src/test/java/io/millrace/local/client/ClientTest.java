package io.millrace.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class ClientTest {
    @Property(tries = 200)
    void aSetOfIdentitiesCountsAsAnySetDoes(@ForAll Set<String> added, @ForAll Set<String> others) {
        IdSet ids = new IdSet();
        added.forEach(id -> assertThat(ids.add(id)).isTrue());
        added.forEach(id -> assertThat(ids.add(id)).isFalse());
        IdSet other = new IdSet();
        others.forEach(other::add);
        Set<String> missing = new HashSet<>(added);
        missing.removeAll(others);
        assertThat(ids.size()).isEqualTo(added.size());
        assertThat(ids.missingFrom(other)).isEqualTo(missing.size());
    }

    @Example
    void aSetOfIdentitiesGrows() {
        IdSet ids = new IdSet();
        for (int i = 0; i < 100_000; i++) {
            ids.add("id-" + i);
        }
        assertThat(ids.size()).isEqualTo(100_000);
        assertThat(ids.add("id-99999")).isFalse();
    }

    @Example
    void columnsAreAlignedAndNumbersStandToTheRight() {
        Table table = new Table(List.of("name", "count"));
        table.row(List.of("a", "1,000")).row(List.of("longer\nname", "7"));
        assertThat(table.text().lines())
                .containsExactly(
                        "name         count", "-----------  -----", "a            1,000", "longer name      7");
    }

    @Example
    void textInPatternsAndQueriesIsOnlyText() {
        assertThat(RedisReader.literal("a*b[c]?\\")).isEqualTo("a\\*b\\[c\\]\\?\\\\");
        assertThat(LakeClient.literal("it's \\ here")).isEqualTo("'it\\'s \\\\ here'");
    }
}
