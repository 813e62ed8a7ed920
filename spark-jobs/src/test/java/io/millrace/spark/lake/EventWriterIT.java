package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.hudi.common.model.HoodieTableType;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventWriterIT {
    private static final String TOPIC = "web.events";

    @TempDir
    Path folder;

    private Lake lake;
    private EventWriter writer;

    @BeforeEach
    void open() {
        lake = new Lake(folder);
        writer = newWriter();
    }

    @Test
    void aBatchThatIsExecutedAgainAddsNothing() {
        List<Row> batch = events(0, 0, 99);
        writer.append(lake.batch(batch), "lake_raw/0");
        writer.append(lake.batch(batch), "lake_raw/0");
        newWriter().append(lake.batch(batch), "lake_raw/0");

        assertThat(count()).isEqualTo(100);
    }

    @Test
    void aLostCheckpointAddsNothingTwiceWhateverTheNewBatchesAre() {
        writer.append(lake.batch(events(0, 0, 49)), "lake_raw/0");
        List<Row> more = new ArrayList<>(events(0, 50, 79));
        more.addAll(events(1, 0, 19));
        writer.append(lake.batch(more), "lake_raw/1");

        // A new query starts at the beginning, with other borders, and goes beyond.
        EventWriter restarted = newWriter();
        List<Row> all = new ArrayList<>(events(0, 0, 99));
        all.addAll(events(1, 0, 9));
        restarted.append(lake.batch(all), "lake_raw/0");
        restarted.append(lake.batch(events(1, 10, 29)), "lake_raw/1");

        assertThat(lake.sql("select kafka_partition, count(*), count(distinct kafka_offset), max(kafka_offset)"
                        + " from web_events_raw group by 1 order by 1"))
                .extracting(Row::mkString)
                .containsExactly("010010099", "1303029");
    }

    @Test
    void whatCannotBeReadIsLeftOutAndStopsNothing() {
        byte[] unknownSchema = {0, 0, 0, 3, (byte) 231, 1, 2, 3};
        byte[] cutOff = lake.wire(event(1));
        List<Row> batch = new ArrayList<>(events(0, 0, 9));
        batch.add(Lake.record(TOPIC, 0, 10, "k", unknownSchema));
        batch.add(Lake.record(TOPIC, 0, 11, "k", "not avro".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        batch.add(Lake.record(TOPIC, 0, 12, "k", java.util.Arrays.copyOf(cutOff, 9)));
        batch.add(Lake.record(TOPIC, 0, 13, "k", null));
        batch.addAll(events(0, 14, 19));
        writer.append(lake.batch(batch), "lake_raw/0");

        assertThat(count()).isEqualTo(16);
        assertThat(newWriterTable().committed()).isEqualTo(OffsetVector.NONE.with(TOPIC, 0, 19));
    }

    @Test
    void rowsHaveTheContractsColumnsAndTheirKafkaCoordinates() {
        writer.append(lake.batch(events(3, 41, 41)), "lake_raw/0");

        Row row = lake.sql("select event_id, event_time, site, status, kafka_topic, kafka_partition, kafka_offset,"
                        + " event_day from web_events_raw")
                .get(0);
        assertThat(row.getString(0)).isEqualTo("e-41");
        assertThat(row.getTimestamp(1).toInstant()).isEqualTo(Instant.parse("2015-05-17T10:05:41Z"));
        assertThat(row.mkString("|")).endsWith("|default|null|web.events|3|41|2015-05-17");
    }

    @Test
    void aTableThatNobodyHasWrittenYetIsEmptyAndHasItsColumns() {
        assertThat(lake.sql("select count(failure.stage), count(event_day) from web_events_quarantined"))
                .extracting(Row::mkString)
                .containsExactly("00");
    }

    @Test
    void aTableIsEmptyBetweenItsCreationAndItsFirstCommit() throws Exception {
        HoodieTableMetaClient.newTableBuilder()
                .setTableName("web_events_raw")
                .setTableType(HoodieTableType.COPY_ON_WRITE)
                .initTable(
                        new HadoopStorageConfiguration(
                                lake.context().spark().sparkContext().hadoopConfiguration()),
                        lake.context().config().table("web_events_raw"));

        assertThat(lake.sql("select event_id, kafka_offset from web_events_raw"))
                .isEmpty();
    }

    private EventWriter newWriter() {
        return new EventWriter(EventTable.RAW, lake.rows(TOPIC), newWriterTable());
    }

    private LakeTable newWriterTable() {
        return lake.table(EventTable.RAW.table());
    }

    private long count() {
        return lake.sql("select count(*) from web_events_raw").get(0).getLong(0);
    }

    private List<Row> events(int partition, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(offset -> Lake.record(TOPIC, partition, offset, "user", lake.wire(event(offset))))
                .toList();
    }

    private GenericRecord event(long number) {
        long time = Instant.parse("2015-05-17T10:05:00Z").toEpochMilli() + number * 1000;
        return new GenericRecordBuilder(lake.contract(TOPIC))
                .set("event_id", "e-" + number)
                .set("event_time", time)
                .set("received_at", time)
                .set("user_id", "user")
                .set("page", "/")
                .build();
    }
}
