package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.LedgerEntry;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.SinkFailure;
import io.millrace.connect.commons.ValueText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** The ledger as documents {@code CONNECTOR|TOPIC|PARTITION} of the index {@code millrace-ledger}. */
final class ElasticsearchLedger {

    static final String INDEX = "millrace-ledger";

    private static final String CONNECTOR = "connector";
    private static final String TOPIC = "topic";
    private static final String PARTITION = "partition";
    private static final String DATA_INDEX = "index";

    private final ElasticsearchClient client;
    private final Indices indices;
    private final String connector;
    private final Map<TopicPartition, String> dataIndex = new HashMap<>();
    private final OperationWriter writer;
    private final JsonBytes lines = new JsonBytes();
    private boolean created;

    ElasticsearchLedger(ElasticsearchClient client, Indices indices, OperationWriter writer, String connector) {
        this.writer = writer;
        this.client = client;
        this.indices = indices;
        this.connector = connector;
    }

    /** Notes which index a partition's records go to, when they all go to one. */
    void writesTo(TopicPartition partition, String index) {
        dataIndex.put(partition, index);
    }

    /** The entry of a partition; nothing when there is none, or when the index that it speaks of is gone. */
    Optional<LedgerEntry> read(TopicPartition partition) {
        ElasticsearchClient.Answer answer =
                client.get("/" + INDEX + "/_doc/" + URLEncoder.encode(id(partition), StandardCharsets.UTF_8));
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (!answer.isSuccess()) {
            throw answer.error().failure(client.address());
        }
        Map<String, Object> source = Json.path(Json.object(answer.body()), "_source");
        if (source.get(DATA_INDEX) instanceof String index) {
            if (!indices.exists(index)) {
                return Optional.empty();
            }
            writesTo(partition, index);
        }
        try {
            return Optional.of(new LedgerEntry(
                    (Long) source.get(LedgerEntry.OFFSET),
                    instant(source.get(LedgerEntry.NEWEST_EVENT_TIME)),
                    instant(source.get(LedgerEntry.NEWEST_RECEIVED_AT)),
                    (Long) source.get(LedgerEntry.COUNT),
                    instant(source.get(LedgerEntry.UPDATED_AT))));
        } catch (ClassCastException | NullPointerException | DateTimeException foreign) {
            throw new FatalFailure("The document " + id(partition) + " of index " + INDEX
                    + " was not written by this connector; delete it to have the topic read again from its start");
        }
    }

    /** Writes the entries and waits for it. */
    void write(Map<TopicPartition, LedgerEntry> entries) {
        if (!created) {
            indices.create(INDEX, properties());
            created = true;
        }
        lines.truncate(0);
        entries.forEach((partition, entry) -> writer.write(lines, INDEX, id(partition), document(partition, entry)));
        for (ErrorAnswer error : client.bulkNow(lines, entries.size())) {
            if (error != null) {
                throw refused(error);
            }
        }
    }

    private SinkFailure refused(ErrorAnswer error) {
        SinkFailure failure =
                error.itemFailure(Operation.INDEX, client.address()).orElseThrow();
        return failure instanceof RecordFailure
                ? new FatalFailure("The ledger cannot be written: " + failure.getMessage() + "; delete the index "
                        + INDEX + " if something else than this sink made it")
                : failure;
    }

    private Map<String, Object> document(TopicPartition partition, LedgerEntry entry) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(CONNECTOR, connector);
        document.put(TOPIC, partition.topic());
        document.put(PARTITION, partition.partition());
        document.put(LedgerEntry.OFFSET, entry.offset());
        document.put(LedgerEntry.NEWEST_EVENT_TIME, text(entry.newestEventTime()));
        document.put(LedgerEntry.NEWEST_RECEIVED_AT, text(entry.newestReceivedAt()));
        document.put(LedgerEntry.COUNT, entry.count());
        document.put(LedgerEntry.UPDATED_AT, text(entry.updatedAt()));
        document.put(DATA_INDEX, dataIndex.get(partition));
        return document;
    }

    /** Looks for the index again before the next write. */
    void forget() {
        created = false;
    }

    private String id(TopicPartition partition) {
        return connector + "|" + partition.topic() + "|" + partition.partition();
    }

    private static Map<String, Object> properties() {
        Map<String, Object> keyword = Map.of("type", "keyword");
        Map<String, Object> date = Map.of("type", "date");
        return Map.of(
                CONNECTOR,
                keyword,
                TOPIC,
                keyword,
                DATA_INDEX,
                keyword,
                PARTITION,
                IndexMapping.longs(),
                LedgerEntry.OFFSET,
                IndexMapping.longs(),
                LedgerEntry.COUNT,
                IndexMapping.longs(),
                LedgerEntry.NEWEST_EVENT_TIME,
                date,
                LedgerEntry.NEWEST_RECEIVED_AT,
                date,
                LedgerEntry.UPDATED_AT,
                date);
    }

    private static Instant instant(Object text) {
        return text == null ? null : Instant.parse((String) text);
    }

    private static String text(Instant instant) {
        return instant == null ? null : ValueText.of(instant);
    }
}
