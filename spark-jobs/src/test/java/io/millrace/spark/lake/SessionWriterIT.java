package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionWriterIT {
    private static final String TOPIC = SessionWriter.TOPIC;

    @TempDir
    Path folder;

    private Lake lake;
    private SessionWriter writer;

    @BeforeEach
    void open() {
        lake = new Lake(folder);
        writer = newWriter();
    }

    @Test
    void theNewestStateOfEachSessionIsKept() {
        writer.upsert(lake.batch(List.of(session(0, "a", 1), session(1, "b", 1), session(2, "a", 2))), "s/0");
        writer.upsert(lake.batch(List.of(session(3, "b", 5), session(4, "c", 1))), "s/1");

        assertThat(sessions()).containsExactly("a=2", "b=5", "c=1");
    }

    @Test
    void aTombstoneDeletesTheSession() {
        writer.upsert(lake.batch(List.of(session(0, "a", 1), session(1, "b", 1))), "s/0");
        writer.upsert(lake.batch(List.of(tombstone(2, "a"), session(3, "c", 1), tombstone(4, "c"))), "s/1");

        assertThat(sessions()).containsExactly("b=1");
    }

    @Test
    void aDeletedSessionMayComeBack() {
        writer.upsert(lake.batch(List.of(tombstone(0, "a"))), "s/0");
        writer.upsert(lake.batch(List.of(session(1, "a", 1))), "s/1");
        writer.upsert(lake.batch(List.of(tombstone(2, "a"), session(3, "a", 7))), "s/2");

        assertThat(sessions()).containsExactly("a=7");
    }

    @Test
    void anOldBatchThatIsExecutedAgainBringsNothingBack() {
        List<Row> first = List.of(session(0, "a", 1), session(1, "b", 1));
        writer.upsert(lake.batch(first), "s/0");
        writer.upsert(lake.batch(List.of(tombstone(2, "a"), session(3, "b", 2))), "s/1");
        newWriter().upsert(lake.batch(first), "s/0");

        assertThat(sessions()).containsExactly("b=2");
    }

    @Test
    void aFieldThatTheContractGetsIsNullInOlderSessionsAndKeptInNewerOnes() {
        Schema wider = new Schema.Parser()
                .parse(lake.contract(TOPIC)
                        .toString()
                        .replaceFirst(
                                "\\{\"name\":\"site\"",
                                "{\"name\":\"campaign\",\"type\":[\"null\",\"string\"],\"default\":null},$0"));
        writer.upsert(lake.batch(List.of(session(0, "a", 1), session(1, "b", 1))), "s/0");
        SessionWriter restarted =
                new SessionWriter(new ContractRows(wider, lake::schema), lake.table(SessionWriter.TABLE));
        GenericRecord grown = record(wider, "a", 2);
        grown.put("campaign", "spring");
        restarted.upsert(
                lake.batch(List.of(Lake.record(TOPIC, 0, 2, "a", lake.wire(grown)), session(3, "c", 1))), "s/1");
        restarted.upsert(lake.batch(List.of(tombstone(4, "c"), session(5, "d", 1))), "s/2");

        assertThat(lake.sql("select session_id, events, campaign, site from web_sessions order by 1"))
                .extracting(row -> row.mkString("="))
                .containsExactly("a=2=spring=s", "b=1=null=s", "d=1=null=s");
    }

    private List<String> sessions() {
        return lake.sql("select session_id, events from web_sessions order by 1").stream()
                .map(row -> row.mkString("="))
                .toList();
    }

    private SessionWriter newWriter() {
        return new SessionWriter(lake.rows(TOPIC), lake.table(SessionWriter.TABLE));
    }

    private Row session(long offset, String id, long events) {
        return Lake.record(TOPIC, 0, offset, id, lake.wire(record(lake.contract(TOPIC), id, events)));
    }

    private static GenericRecord record(Schema schema, String id, long events) {
        return new GenericRecordBuilder(schema)
                .set("session_id", id)
                .set("site", "s")
                .set("user_id", "u")
                .set("started_at", 1000L)
                .set("last_event_at", 2000L)
                .set("duration_ms", 1000L)
                .set("events", events)
                .set("entry_page", "/")
                .set("exit_page", "/")
                .set("country", "ZZ")
                .set("device", "desktop")
                .set("closed", false)
                .set("updated_at", 3000L)
                .set("newest_event_time", 2000L)
                .set("oldest_received_at", 2000L)
                .set("newest_received_at", 2000L)
                .build();
    }

    private static Row tombstone(long offset, String id) {
        return Lake.record(TOPIC, 0, offset, id, null);
    }
}
