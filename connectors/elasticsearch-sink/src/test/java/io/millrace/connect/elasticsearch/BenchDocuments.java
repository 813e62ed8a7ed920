package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.ConnectJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** The records that every case writes: each a document of its own, like an order's newest state. */
final class BenchDocuments {
    static final String TOPIC = "bench";
    static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final List<SinkRecord> records = new ArrayList<>();
    private final int poll;

    /** @param poll how many a task is given at a time */
    BenchDocuments(int count, int poll) {
        this.poll = poll;
        for (int i = 0; i < count; i++) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("status", i % 7 == 0 ? "failed" : "completed");
            value.put("customer", "customer-" + i % 10_000);
            value.put("total", i * 0.25);
            value.put("events", (long) i % 50);
            value.put("closed", i % 2 == 0);
            value.put("updated_at", 1_700_000_000_000L + i);
            records.add(new SinkRecord(
                    TOPIC, 0, Schema.STRING_SCHEMA, "order-" + i, null, value, i, 1L, TimestampType.CREATE_TIME));
        }
    }

    int count() {
        return records.size();
    }

    List<SinkRecord> records() {
        return records;
    }

    /** The same in the portions of a consumer's poll. */
    List<List<SinkRecord>> polls() {
        List<List<SinkRecord>> polls = new ArrayList<>();
        for (int from = 0; from < records.size(); from += poll) {
            polls.add(records.subList(from, Math.min(records.size(), from + poll)));
        }
        return polls;
    }

    /** The same as keys and JSON. */
    List<Map.Entry<String, String>> asTexts() {
        List<Map.Entry<String, String>> texts = new ArrayList<>(records.size());
        for (SinkRecord record : records) {
            texts.add(Map.entry((String) record.key(), ConnectJson.text(null, record.value())));
        }
        return texts;
    }
}
