package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.ContractsCopy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTableTest {
    private static final String SCHEMA = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"event_time\",\"type\":\"long\"},{\"name\":\"received_at\",\"type\":\"long\"}]}";

    @TempDir
    Path folder;

    @Test
    void aTableIsNamedAfterTheTopic() {
        assertThat(EventTable.tableName("shop.Returns-v2")).isEqualTo("shop_returns_v2_raw");
    }

    @Test
    void everyKindButWebEventsHasATableUnlessItsNameIsTaken() {
        ContractsCopy contracts = new ContractsCopy(folder.resolve("contracts"));
        contracts.removeKinds();
        assertThat(EventTable.ofKinds(contracts.catalogue())).isEmpty();
        // The second would have the table of the first, the third that of web.events.
        contracts.addKind("shop.returns", SCHEMA);
        contracts.addKind("shop_returns", SCHEMA);
        contracts.addKind("web_events", SCHEMA);

        assertThat(EventTable.ofKinds(contracts.catalogue()))
                .containsExactly(
                        new EventTable("shop_returns_raw", "shop.returns", List.of("event_time", "received_at"), true));
    }
}
