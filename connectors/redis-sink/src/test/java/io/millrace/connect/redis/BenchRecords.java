package io.millrace.connect.redis;

import io.millrace.connect.commons.ConnectJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Orders with six fields, as Avro brings them, cut into polls. */
final class BenchRecords {

    private static final Schema ORDER = SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("customer", Schema.STRING_SCHEMA)
            .field("status", Schema.STRING_SCHEMA)
            .field("country", Schema.STRING_SCHEMA)
            .field("total", Schema.FLOAT64_SCHEMA)
            .field("updated_at", Schema.INT64_SCHEMA)
            .build();

    private final List<List<SinkRecord>> polls = new ArrayList<>();
    private final int count;

    BenchRecords(int count, int poll) {
        this.count = count;
        for (int from = 0; from < count; from += poll) {
            List<SinkRecord> records = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + poll); i++) {
                records.add(record(i));
            }
            polls.add(records);
        }
    }

    List<List<SinkRecord>> polls() {
        return polls;
    }

    /** Keys, and values as JSON. */
    List<Map.Entry<String, String>> asText() {
        return polls.stream()
                .flatMap(List::stream)
                .map(record -> Map.entry((String) record.key(), ConnectJson.text(record.valueSchema(), record.value())))
                .toList();
    }

    int count() {
        return count;
    }

    private static SinkRecord record(int i) {
        Struct order = new Struct(ORDER)
                .put("id", (long) i)
                .put("customer", "customer-" + i % 10_000)
                .put("status", i % 3 == 0 ? "paid" : "shipped")
                .put("country", "DE")
                .put("total", i % 1_000 + 0.25)
                .put("updated_at", 1_700_000_000_000L + i);
        TopicPartition partition = RedisSinkBench.PARTITION;
        return new SinkRecord(
                partition.topic(),
                partition.partition(),
                Schema.STRING_SCHEMA,
                "order-" + i,
                ORDER,
                order,
                i,
                1_700_000_000_000L + i,
                TimestampType.CREATE_TIME);
    }
}
