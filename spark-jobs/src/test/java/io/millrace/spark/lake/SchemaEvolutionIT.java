package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contracts that grow while their tables have rows. */
class SchemaEvolutionIT {
    private static final EventTable EVENTS = new EventTable("things_raw", "things", List.of("at"), true);

    @TempDir
    Path folder;

    private Lake lake;

    @BeforeEach
    void open() {
        lake = new Lake(folder);
    }

    @Test
    void anOptionalFieldInTheMiddleBecomesAColumnThatOldRowsLack() {
        Schema v1 = schema("a:\"string\"", "at:TIME", "b:\"int\"");
        Schema v2 = schema("a:\"string\"", "at:TIME", "middle:[\"null\",\"string\"]", "b:\"int\"");
        append(v1, 0, record(v1, "x", 1000L, 1));
        append(v2, 1, record(v2, "y", 2000L, "m", 2));
        // A producer that has not been updated, after the contract was.
        append(v2, 2, record(v1, "z", 3000L, 3));
        // A driver that has not been started again.
        append(v1, 3, record(v2, "late", 4000L, "lost", 4));
        append(v2, 4, record(v2, "w", 5000L, "n", 5));

        assertThat(rows("a, middle, b, kafka_offset, event_day"))
                .containsExactly(
                        "x|null|1|0|1970-01-01",
                        "y|m|2|1|1970-01-01",
                        "z|null|3|2|1970-01-01",
                        "late|null|4|3|1970-01-01",
                        "w|n|5|4|1970-01-01");
    }

    @Test
    void aNewFieldWithADefaultOtherThanNull() {
        Schema v1 = schema("a:\"string\"", "at:TIME");
        Schema v2 = schema("a:\"string\"", "at:TIME", "n:\"int\"=7");
        append(v1, 0, record(v1, "x", 1000L));
        append(v2, 1, record(v1, "y", 1000L), record(v2, "z", 1000L, 8));

        assertThat(rows("a, n")).containsExactly("x|null", "y|7", "z|8");
    }

    @Test
    void aFieldThatIsGoneStaysAsAColumn() {
        Schema v1 = schema("a:\"string\"", "gone:[\"null\",\"string\"]", "at:TIME");
        Schema v2 = schema("a:\"string\"", "at:TIME");
        append(v1, 0, record(v1, "x", "g", 1000L));
        append(v2, 1, record(v2, "y", 1000L));

        assertThat(rows("a, gone")).containsExactly("x|g", "y|null");
    }

    @Test
    void anIntThatBecomesALongWidensItsColumn() {
        Schema v1 = schema("a:\"string\"", "at:TIME", "n:\"int\"", "f:\"float\"");
        Schema v2 = schema("a:\"string\"", "at:TIME", "n:\"long\"", "f:\"double\"");
        append(v1, 0, record(v1, "x", 1000L, 1, 1.5f));
        append(v2, 1, record(v2, "y", 1000L, 5_000_000_000L, 2.5), record(v1, "z", 1000L, 3, 3.5f));

        assertThat(rows("a, n, f")).containsExactly("x|1|1.5", "y|5000000000|2.5", "z|3|3.5");
        assertThat(rows("sum(n), count(*)")).containsExactly("5000000004|3");
    }

    @Test
    void aStringThatBecomesBytesStaysAColumnOfText() {
        Schema v1 = schema("a:\"string\"", "at:TIME", "n:\"string\"");
        Schema v2 = schema("a:\"string\"", "at:TIME", "n:\"bytes\"");
        append(v1, 0, record(v1, "x", 1000L, "s"));
        append(v2, 1, record(v1, "y", 1000L, "t"));

        assertThat(rows("a, string(n), typeof(n)")).containsExactly("x|s|string", "y|t|string");
    }

    @Test
    void aFieldOfANestedRecord() {
        Schema v1 = schema(
                "a:\"string\"",
                "at:TIME",
                "in:{\"type\":\"record\",\"name\":\"In\",\"fields\":["
                        + "{\"name\":\"p\",\"type\":\"int\"},{\"name\":\"q\",\"type\":\"int\"}]}");
        Schema v2 = schema(
                "a:\"string\"",
                "at:TIME",
                "in:{\"type\":\"record\",\"name\":\"In\",\"fields\":["
                        + "{\"name\":\"p\",\"type\":\"int\"},{\"name\":\"o\",\"type\":[\"null\",\"string\"],\"default\":null},"
                        + "{\"name\":\"q\",\"type\":\"int\"}]}");
        append(v1, 0, record(v1, "x", 1000L, record(v1.getField("in").schema(), 1, 2)));
        append(v2, 1, record(v2, "y", 1000L, record(v2.getField("in").schema(), 1, "o", 2)));

        assertThat(rows("a, in.p, in.o, in.q")).containsExactly("x|1|null|2", "y|1|o|2");
    }

    @Test
    void rowsSurviveClusteringAcrossVersions() {
        Schema v1 = schema("a:\"string\"", "at:TIME", "b:\"int\"");
        Schema v2 = schema("a:\"string\"", "at:TIME", "middle:[\"null\",\"string\"]", "b:\"long\"");
        for (int i = 0; i < 8; i++) {
            append(i < 3 ? v1 : v2, i, i < 3 ? record(v1, "x", 1000L, i) : record(v2, "y", 1000L, "m", (long) i));
        }

        assertThat(lake.timeline(EVENTS.table())).contains("replacecommit");
        assertThat(rows("count(*), count(middle), sum(b)")).containsExactly("8|5|28");
    }

    private void append(Schema contract, long firstOffset, GenericRecord... records) {
        ContractRows rows = new ContractRows(contract, lake::schema);
        TableLayout layout = EventWriter.layout(EVENTS, rows).with("hoodie.clustering.inline.max.commits", "6");
        EventWriter writer = new EventWriter(EVENTS, rows, lake.table(EVENTS.table()), layout);
        List<Row> batch = new ArrayList<>();
        for (GenericRecord record : records) {
            batch.add(Lake.record("things", 0, firstOffset + batch.size(), "k", lake.wire(record)));
        }
        writer.append(lake.batch(batch), "things/" + firstOffset);
    }

    private List<String> rows(String columns) {
        String order = columns.contains("count(") ? "" : " order by kafka_offset";
        return lake.sql("select " + columns + " from things_raw" + order).stream()
                .map(row -> row.mkString("|"))
                .toList();
    }

    /** @param fields name:type, optionally =default; a union with null has the default null */
    private static Schema schema(String... fields) {
        List<String> parts = new ArrayList<>();
        for (String field : fields) {
            int colon = field.indexOf(':');
            int equals = field.indexOf('=');
            String type = equals < 0 ? field.substring(colon + 1) : field.substring(colon + 1, equals);
            String fallback = equals < 0 ? (type.startsWith("[\"null\"") ? "null" : null) : field.substring(equals + 1);
            parts.add("{\"name\":\"" + field.substring(0, colon) + "\",\"type\":"
                    + type.replace("TIME", "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}")
                    + (fallback == null ? "}" : ",\"default\":" + fallback + "}"));
        }
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Thing\",\"namespace\":\"test\",\"fields\":["
                        + String.join(",", parts) + "]}");
    }

    private static GenericRecord record(Schema schema, Object... values) {
        GenericRecord record = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            record.put(i, values[i]);
        }
        return record;
    }
}
