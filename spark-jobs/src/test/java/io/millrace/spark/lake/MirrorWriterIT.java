package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorWriterIT {
    private static final String TOPIC = "cdc.shop.public.things";
    private static final String ANY_SCALE =
            "{\"type\":\"record\",\"name\":\"VariableScaleDecimal\",\"namespace\":\"io.debezium.data\",\"fields\":["
                    + "{\"name\":\"scale\",\"type\":\"int\"},{\"name\":\"value\",\"type\":\"bytes\"}],"
                    + "\"connect.name\":\"io.debezium.data.VariableScaleDecimal\"}";
    private static final String ALL = "select * from shop_things order by 1";

    @TempDir
    Path folder;

    private Lake lake;
    private MirrorWriter mirror;
    private Captured things;

    @BeforeEach
    void open() {
        lake = new Lake(folder);
        mirror = lake.mirror();
        things = new Captured(lake::id, TOPIC, 1, "id", Captured.LONG, "name", Captured.TEXT);
    }

    @Test
    void theMirrorEqualsTheSourceAfterAnyWorkloadInAnyBatches() {
        long seed = 20150517L;
        Random random = new Random(seed);
        List<Row> log = new ArrayList<>();
        List<Map<Long, String>> states = new ArrayList<>();
        Map<Long, String> source = new TreeMap<>();
        for (int change = 0; change < 300; change++) {
            long id = random.nextInt(40);
            long lsn = 1000 + change;
            if (source.containsKey(id) && random.nextInt(3) == 0) {
                source.remove(id);
                log.add(things.delete(log.size(), lsn, id));
                states.add(new TreeMap<>(source));
                log.add(things.tombstone(log.size(), id));
            } else {
                String op = source.containsKey(id) ? "u" : "c";
                source.put(id, "v" + change);
                log.add(things.change(log.size(), lsn, op, id, "v" + change));
            }
            states.add(new TreeMap<>(source));
        }
        // More than 24 commits, so that a compaction is among them.
        int done = 0;
        int batch = 0;
        while (done < log.size()) {
            int from = random.nextInt(4) == 0 ? random.nextInt(done + 1) : done;
            int to = Math.min(log.size(), done + 1 + random.nextInt(24));
            if (from < done) {
                mirror = lake.mirror();
            }
            mirror.apply(lake.batch(log.subList(from, to)), "mirror/" + batch++);
            done = to;
            if (random.nextInt(10) == 0 || done == log.size()) {
                assertThat(things()).as("seed %d, after record %d", seed, done).isEqualTo(states.get(done - 1));
            }
        }
        assertThat(batch).isGreaterThan(26);
        assertThat(lake.table("shop_things").committed())
                .as("the offsets outlive a compaction")
                .isEqualTo(OffsetVector.NONE.with(TOPIC, 0, log.size() - 1L));
    }

    @Test
    void aChangeThatIsOlderInTheSourceNeverReplacesANewerOne() {
        mirror.apply(lake.batch(List.of(things.change(0, 50, "c", 1L, "newer"))), "mirror/0");
        mirror.apply(
                lake.batch(List.of(things.change(1, 40, "u", 1L, "older"), things.change(2, 30, "c", 2L, "x"))),
                "mirror/1");
        mirror.apply(lake.batch(List.of(things.delete(3, 20, 2L))), "mirror/2");

        assertThat(things()).containsExactly(Map.entry(1L, "newer"), Map.entry(2L, "x"));
    }

    @Test
    void aTransactionThatWasOpenWhenTheSnapshotBeganIsNewerThanIt() {
        mirror.apply(
                lake.batch(List.of(
                        things.snapshot(0, 100, 1L, "read"),
                        things.snapshot(1, 100, 2L, "read"),
                        things.change(2, 90, "u", 1L, "open before, written after"))),
                "m/0");
        mirror.apply(lake.batch(List.of(things.delete(3, 95, 2L))), "m/1");

        assertThat(things()).containsExactly(Map.entry(1L, "open before, written after"));
    }

    @Test
    void anotherSnapshotIsNewerThanAllThatCameBeforeIt() {
        mirror.apply(lake.batch(List.of(things.snapshot(0, 100, 1L, "a"), things.change(1, 300, "u", 1L, "b"))), "m/0");
        mirror.apply(
                lake.batch(List.of(things.snapshot(2, 200, 1L, "again"), things.change(3, 301, "c", 2L, "x"))), "m/1");
        mirror = lake.mirror();
        mirror.apply(lake.batch(List.of(things.change(4, 250, "u", 2L, "older than x"))), "m/2");

        assertThat(things()).containsExactly(Map.entry(1L, "again"), Map.entry(2L, "x"));
    }

    @Test
    void rowsThatAreReadAgainAreNewerThanWhatWasLoggedBeforeAndOlderThanWhatIsCommittedLater() {
        mirror.apply(
                lake.batch(List.of(
                        things.change(0, 100, "c", 1L, null),
                        things.change(1, 110, "c", 2L, null),
                        things.change(2, 120, "c", 3L, null))),
                "m/0");
        mirror.apply(
                lake.batch(List.of(
                        things.again(3, 200, 1L, "read"),
                        things.again(4, 200, 2L, "read"),
                        things.again(5, 200, 3L, "read"))),
                "m/1");
        // Written before the rows were read, committed after it.
        mirror.apply(
                lake.batch(
                        List.of(things.late(6, 150, 200, "u", 2L, "long open"), things.change(7, 210, "u", 3L, "new"))),
                "m/2");

        assertThat(things()).containsExactly(Map.entry(1L, "read"), Map.entry(2L, "long open"), Map.entry(3L, "new"));
        assertThat(lake.sql("select _cdc_lsn from shop_things where id = 1")
                        .get(0)
                        .getLong(0))
                .isEqualTo(200);
    }

    @Test
    void aLargeValueThatAChangeDoesNotTouchStays() {
        String unchanged = UnchangedValues.PLACEHOLDER;
        mirror.apply(
                lake.batch(List.of(things.change(0, 1, "c", 1L, "one"), things.change(1, 2, "c", 2L, "two"))), "m/0");
        mirror.apply(
                lake.batch(List.of(
                        things.change(2, 3, "u", 1L, unchanged),
                        // Its key changes, twice, and the value goes along.
                        things.delete(3, 4, 2L),
                        things.tombstone(4, 2L),
                        things.change(5, 4, "c", 3L, unchanged),
                        things.change(6, 5, "u", 3L, unchanged),
                        things.delete(7, 6, 3L),
                        things.change(8, 6, "c", 4L, unchanged),
                        things.change(9, 7, "c", 5L, "five"),
                        things.change(10, 8, "u", 5L, unchanged))),
                "m/1");

        assertThat(things()).containsExactly(Map.entry(1L, "one"), Map.entry(4L, "two"), Map.entry(5L, "five"));
    }

    @Test
    void aChangedKeyKeepsItsLargeValuesWhereverABatchEnds() {
        String unchanged = UnchangedValues.PLACEHOLDER;
        List<Row> log = List.of(
                things.change(0, 1, "c", 1L, "one"),
                things.change(1, 2, "c", 2L, "two"),
                things.moves(2, 3, 1L),
                things.tombstone(3, 1L),
                things.change(4, 3, "c", 10L, unchanged),
                things.moves(5, 4, 10L),
                things.tombstone(6, 10L),
                things.change(7, 4, "c", 11L, unchanged),
                things.delete(8, 5, 2L),
                things.tombstone(9, 2L));
        for (int length : List.of(1, 3)) {
            String topic = "cdc.shop.public.moved_" + length;
            for (int from = 0; from < log.size(); from += length) {
                List<Row> batch = renamed(log.subList(from, Math.min(log.size(), from + length)), topic);
                // Each batch is written by a process that knows only what the table says, and then once more.
                lake.mirror().apply(lake.batch(batch), "m/" + from);
                lake.mirror().apply(lake.batch(batch), "m/" + from);
            }

            assertThat(lake.sql("select id, name from shop_moved_" + length))
                    .as("batches of %d", length)
                    .extracting(row -> row.mkString("|"))
                    .containsExactly("11|one");
        }
    }

    private static List<Row> renamed(List<Row> records, String topic) {
        return records.stream()
                .map(record -> {
                    Object[] values = new Object[record.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = record.get(i);
                    }
                    values[2] = topic;
                    return RowFactory.create(values);
                })
                .toList();
    }

    @Test
    void rowsThatWereThereGetTheDefaultOfAnAddedColumn() {
        Captured wider = new Captured(
                lake::id,
                TOPIC,
                1,
                "id",
                Captured.LONG,
                "name",
                Captured.TEXT,
                "colour",
                "[\"string\",\"null\"],\"default\":\"red\"");
        mirror.apply(lake.batch(List.of(things.change(0, 1, "c", 1L, "a"))), "m/0");
        mirror.apply(
                lake.batch(List.of(things.change(1, 2, "c", 2L, "b"), wider.change(2, 3, "c", 3L, "c", "blue"))),
                "m/1");

        assertThat(lake.sql("select id, name, colour from shop_things order by id"))
                .extracting(row -> row.mkString("|"))
                .containsExactly("1|a|red", "2|b|red", "3|c|blue");
    }

    @Test
    void columnsGrowAndWhatCannotGrowHoldsUpNoOtherTable() {
        Captured narrow = new Captured(lake::id, TOPIC, 1, "id", Captured.LONG, "n", "[\"null\",\"int\"]");
        Captured wide = new Captured(lake::id, TOPIC, 1, "id", Captured.LONG, "n", "[\"null\",\"long\"]");
        Captured text = new Captured(lake::id, TOPIC, 1, "id", Captured.LONG, "n", Captured.TEXT);
        Captured others = new Captured(lake::id, "cdc.shop.public.others", 1, "id", Captured.LONG, "s", Captured.TEXT);
        mirror.apply(lake.batch(List.of(narrow.change(0, 1, "c", 1L, 7))), "m/0");
        mirror.apply(lake.batch(List.of(wide.change(1, 2, "c", 2L, 5_000_000_000L))), "m/1");
        mirror.apply(lake.batch(List.of(narrow.change(2, 3, "c", 3L, 8))), "m/2");
        mirror.apply(lake.batch(List.of(text.change(3, 4, "c", 4L, "x"), others.change(0, 5, "c", 1L, "y"))), "m/3");

        assertThat(lake.sql("select id, n from shop_things order by id"))
                .extracting(row -> row.mkString("|"))
                .containsExactly("1|7", "2|5000000000", "3|8");
        assertThat(lake.sql("select s from shop_others"))
                .extracting(Row::mkString)
                .containsExactly("y");
        assertThat(lake.table("shop_things").committed()).isEqualTo(OffsetVector.NONE.with(TOPIC, 0, 2));
    }

    @Test
    void rowsCarryTheirPlaceInTheSourcesLog() {
        mirror.apply(lake.batch(List.of(things.change(0, 50, "r", 1L, "a"))), "mirror/0");

        assertThat(lake.sql("select id, name, _cdc_lsn, _cdc_op, _cdc_ts_ms from shop_things"))
                .extracting(row -> row.mkString("|"))
                .containsExactly("1|a|50|r|1700000000050");
    }

    @Test
    void anAddedColumnAppearsAndOldAndNewRowsMayShareABatch() {
        Captured wider =
                new Captured(lake::id, TOPIC, 1, "id", Captured.LONG, "name", Captured.TEXT, "colour", Captured.TEXT);
        mirror.apply(lake.batch(List.of(things.change(0, 1, "c", 1L, "a"), things.change(1, 2, "c", 2L, "b"))), "m/0");
        mirror.apply(
                lake.batch(List.of(things.change(2, 3, "u", 2L, "bb"), wider.change(3, 4, "c", 3L, "c", "red"))),
                "m/1");
        // A late record in the old schema, as after a restart of the connector.
        mirror.apply(lake.batch(List.of(things.change(4, 5, "c", 4L, "d"))), "m/2");
        mirror.apply(lake.batch(List.of(wider.change(5, 6, "u", 1L, "a", "blue"), wider.delete(6, 7, 4L))), "m/3");

        assertThat(lake.sql("select id, name, colour from shop_things order by id"))
                .extracting(row -> row.mkString("|"))
                .containsExactly("1|a|blue", "2|bb|null", "3|c|red");
    }

    @Test
    void columnsHaveTheTypesOfTheDatabase() {
        Captured typed = new Captured(
                lake::id,
                "cdc.shop.public.typed",
                1,
                "id",
                Captured.LONG,
                "price",
                Captured.DECIMAL,
                "at",
                named("string", "io.debezium.time.ZonedTimestamp"),
                "day",
                named("int", "io.debezium.time.Date"),
                "moment",
                named("long", "io.debezium.time.MicroTimestamp"),
                "any",
                "[\"null\"," + ANY_SCALE + "]");
        GenericRecord any = new GenericData.Record(new Schema.Parser().parse(ANY_SCALE));
        any.put("scale", 30);
        any.put("value", ByteBuffer.wrap(new BigInteger("-1000000000000000000000000000000000000000001").toByteArray()));
        ByteBuffer cents =
                ByteBuffer.wrap(new BigDecimal("1234567890.10").unscaledValue().toByteArray());
        mirror.apply(
                lake.batch(List.of(
                        typed.change(
                                0,
                                1,
                                "c",
                                1L,
                                cents,
                                "2024-02-29T23:59:59.123456Z",
                                19782,
                                1_709_251_199_123_456L,
                                any),
                        typed.change(1, 2, "c", 2L))),
                "m/0");

        List<Row> rows = lake.sql(
                "select price, at, day, moment, any, typeof(price), typeof(day) from shop_typed" + " order by id");
        Row first = rows.get(0);
        assertThat(first.getDecimal(0)).isEqualTo(new BigDecimal("1234567890.10"));
        assertThat(first.getTimestamp(1).toInstant()).isEqualTo(Instant.parse("2024-02-29T23:59:59.123456Z"));
        assertThat(first.getDate(2)).hasToString("2024-02-29");
        assertThat(first.getTimestamp(3).toInstant()).isEqualTo(Instant.parse("2024-02-29T23:59:59.123456Z"));
        assertThat(first.getString(4)).isEqualTo("-1000000000000.000000000000000000000000000001");
        assertThat(first.getString(5)).isEqualTo("decimal(12,2)");
        assertThat(first.getString(6)).isEqualTo("date");
        assertThat(rows.get(1).mkString("|")).startsWith("null|null|null|null|null|");
    }

    @Test
    void anArrayMayHaveElementsThatAreNull() {
        Captured lists = new Captured(
                lake::id,
                "cdc.shop.public.lists",
                1,
                "id",
                Captured.LONG,
                "words",
                "[\"null\",{\"type\":\"array\",\"items\":[\"null\",\"string\"]}]");
        // The first rows of a table go to a base file, what follows to a log.
        for (int commit = 0; commit < 2; commit++) {
            long offset = 2L * commit;
            mirror.apply(
                    lake.batch(List.of(
                            lists.change(offset, 1 + offset, "u", (long) commit, Arrays.asList("a", null, "c")),
                            lists.change(offset + 1, 2 + offset, "u", 7L, Arrays.asList(null, "" + commit)))),
                    "m/" + commit);
        }

        assertThat(lake.sql("select id, to_json(struct(words)) from shop_lists order by id"))
                .extracting(row -> row.mkString(" "))
                .containsExactly(
                        "0 {\"words\":[\"a\",null,\"c\"]}",
                        "1 {\"words\":[\"a\",null,\"c\"]}",
                        "7 {\"words\":[null,\"1\"]}");
    }

    @Test
    void aTableWithAKeyOfTwoColumnsIsMirrored() {
        Captured items = new Captured(
                lake::id,
                "cdc.shop.public.items",
                2,
                "order_id",
                Captured.LONG,
                "line",
                Captured.LONG,
                "sku",
                Captured.TEXT);
        mirror.apply(
                lake.batch(List.of(
                        items.change(0, 1, "c", 1L, 1L, "a"),
                        items.change(1, 2, "c", 1L, 2L, "b"),
                        items.change(2, 3, "c", 2L, 1L, "c"))),
                "m/0");
        mirror.apply(lake.batch(List.of(items.delete(3, 4, 1L, 2L), items.change(4, 5, "u", 2L, 1L, "cc"))), "m/1");

        assertThat(lake.sql("select order_id, line, sku from shop_items order by 1, 2"))
                .extracting(row -> row.mkString("|"))
                .containsExactly("1|1|a", "2|1|cc");
    }

    @Test
    void aTableCanBeReadAsItWas() {
        mirror.apply(lake.batch(List.of(things.change(0, 1, "c", 1L, "a"), things.change(1, 2, "c", 2L, "b"))), "m/0");
        String first = lake.completed("shop_things");
        mirror.apply(lake.batch(List.of(things.change(2, 3, "u", 2L, "bb"), things.delete(3, 4, 1L))), "m/1");

        assertThat(lake.read("shop_things", Map.of("as.of.instant", first))).containsExactly("1|a", "2|b");
        assertThat(things()).containsExactly(Map.entry(2L, "bb"));
    }

    @Test
    void aTableWithoutAKeyKeepsEveryChangeOnce() {
        Captured notes = new Captured(lake::id, "cdc.shop.public.notes", 0, "text", Captured.TEXT);
        List<Row> batch = List.of(notes.change(0, 1, "c", "a"), notes.change(1, 2, "c", "a"));
        mirror.apply(lake.batch(batch), "m/0");
        lake.mirror().apply(lake.batch(batch), "m/0");

        assertThat(lake.sql("select text, _cdc_op from shop_notes"))
                .extracting(row -> row.mkString("|"))
                .containsExactly("a|c", "a|c");
    }

    @Test
    void tablesOfOneBatchGoTheirOwnWays() {
        Captured others =
                new Captured(lake::id, "cdc.shop.audit.things", 1, "id", Captured.LONG, "name", Captured.TEXT);
        mirror.apply(lake.batch(List.of(things.change(0, 1, "c", 1L, "a"), others.change(0, 2, "c", 1L, "b"))), "m/0");

        assertThat(things()).containsExactly(Map.entry(1L, "a"));
        assertThat(lake.sql("select name from shop_audit_things"))
                .extracting(Row::mkString)
                .containsExactly("b");
    }

    private Map<Long, String> things() {
        Map<Long, String> found = new TreeMap<>();
        lake.sql(ALL).forEach(row -> found.put(row.getLong(0), row.getString(1)));
        return found;
    }

    private static String named(String type, String meaning) {
        return "[\"null\",{\"type\":\"" + type + "\",\"connect.version\":1,\"connect.name\":\"" + meaning + "\"}]";
    }
}
