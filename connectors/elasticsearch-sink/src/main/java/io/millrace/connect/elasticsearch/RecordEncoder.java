package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.LedgerBook;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RecordImage;
import io.millrace.connect.commons.RecordImage.Kind;
import io.millrace.connect.commons.SinkSettings;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;

/** Turns records into operations on the lanes of the engine. */
final class RecordEncoder {

    private final Addressing addressing;
    private final Indices indices;
    private final ElasticsearchLedger ledgerDocuments;
    private final OperationWriter writer;
    private final BulkEngine engine;
    private final RecordImage.Envelope envelope;
    private final Operation write;
    private final String tombstones;
    private final boolean readsFields;
    private final boolean isOrderedByVersion;
    private final boolean hasOneIndexPerTopic;
    private Destination last;

    /** Where records of a run come from and go to: what they need is seen to once. */
    private record Destination(Progress partition, String index, Schema schema) {
        boolean isSame(Destination other) {
            return other != null && partition == other.partition && schema == other.schema && index.equals(other.index);
        }
    }

    RecordEncoder(
            ElasticsearchSinkConfig config,
            Indices indices,
            ElasticsearchLedger ledgerDocuments,
            OperationWriter writer,
            BulkEngine engine) {
        this.addressing = new Addressing(config);
        this.indices = indices;
        this.ledgerDocuments = ledgerDocuments;
        this.writer = writer;
        this.engine = engine;
        this.envelope = config.envelope();
        this.write = config.writeMode().operation();
        this.tombstones = config.tombstones();
        this.readsFields = addressing.usesValue()
                || config.isDataStream()
                || !config.getString(SinkSettings.FRESHNESS_FROM).isEmpty();
        this.hasOneIndexPerTopic = addressing.hasOneIndexPerTopic();
        this.isOrderedByVersion = config.versionFrom().equals(WriteKeys.OFFSET);
    }

    /**
     * Takes a record in: it is then on its way, done because there is nothing to do, or rejected.
     *
     * @throws io.millrace.connect.commons.SinkFailure when it could not be taken in
     */
    void take(SinkRecord record, Progress partition) {
        if (record.value() == null && partition.hasJustDeleted(record.key())) {
            // What Debezium sends after a deletion, for compaction. It has no version, and nothing is left to delete.
            pass(record, partition);
            return;
        }
        partition.deleted(null);
        try {
            RecordImage image = RecordImage.of(readable(record), envelope);
            Operation operation = operation(image.kind());
            if (operation == Operation.DELETE && record.value() != null) {
                partition.deleted(record.key());
            }
            if (operation == null) {
                pass(record, partition);
            } else {
                encode(record, image.view(), partition, operation);
            }
        } catch (RecordFailure unfit) {
            Item item = new Item(record, partition);
            partition.take(item);
            engine.reject(item, unfit);
        }
    }

    /** Takes a record in for which nothing has to be sent. */
    void pass(SinkRecord record, Progress partition) {
        Item nothing = new Item(record, partition);
        nothing.done();
        partition.take(nothing);
    }

    /** JSON that arrives as text is only taken apart when something asks for its fields. */
    private SinkRecord readable(SinkRecord record) {
        if (!JsonText.isText(record.value())) {
            return record;
        }
        JsonText text = JsonText.of(record.value());
        boolean unwraps = envelope == RecordImage.Envelope.DEBEZIUM
                || (envelope == RecordImage.Envelope.AUTO && text.isChangeEvent());
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                null,
                readsFields || unwraps ? text.fields() : text,
                record.timestamp(),
                record.headers());
    }

    /** What to do; null for nothing. */
    private Operation operation(Kind kind) {
        return switch (kind) {
            case WRITE -> write;
            case DELETE -> tombstone();
            case NOTHING -> null;
        };
    }

    private Operation tombstone() {
        return switch (tombstones) {
            case WriteKeys.DELETE -> Operation.DELETE;
            case WriteKeys.IGNORE -> null;
            default -> throw new RecordFailure("the record has no value, and tombstones=dead-letter");
        };
    }

    private void encode(SinkRecord record, SinkRecord view, Progress partition, Operation operation) {
        String index = index(view);
        String id = addressing.id(view);
        OperationWriter.Address address =
                new OperationWriter.Address(index, id, addressing.version(view), addressing.routing(view));
        Destination destination =
                new Destination(partition, index, operation == Operation.DELETE ? null : view.valueSchema());
        if (!destination.isSame(last)) {
            indices.ready(index, record.originalTopic(), destination.schema);
            if (hasOneIndexPerTopic) {
                ledgerDocuments.writesTo(LedgerBook.partitionOf(record), index);
            }
            last = destination;
        }
        Lane lane = engine.laneFor(id);
        JsonBytes lines = lane.next();
        int begin = lines.size();
        try {
            writer.write(lines, operation, view, address);
        } catch (RuntimeException unfit) {
            lines.truncate(begin);
            throw unfit;
        }
        Item item = new Item(record, partition, operation, isOrderedByVersion ? null : id);
        lane.add(item, begin);
        partition.take(item);
    }

    private String index(SinkRecord view) {
        try {
            return addressing.index(view);
        } catch (RecordFailure illegal) {
            if (hasOneIndexPerTopic) {
                throw new FatalFailure(illegal.getMessage());
            }
            throw illegal;
        }
    }
}
