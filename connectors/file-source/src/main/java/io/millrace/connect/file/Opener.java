package io.millrace.connect.file;

import io.millrace.connect.commons.contract.ContractReader;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens objects where they are to be read on. */
final class Opener {
    private static final Logger LOG = LoggerFactory.getLogger(Opener.class);

    private final Store store;
    private final ContentPlan content;
    private final ValuePlan values;
    private final FileTemplate topic;
    private final FileMetrics metrics;
    private final InFlight inFlight;

    Opener(
            Store store,
            ContentPlan content,
            ValuePlan values,
            FileTemplate topic,
            FileMetrics metrics,
            InFlight inFlight) {
        this.store = store;
        this.content = content;
        this.values = values;
        this.topic = topic;
        this.metrics = metrics;
        this.inFlight = inFlight;
    }

    /** The object, to be read; one that is broken from the start says so when it is read. */
    OpenObject open(Backlog.Found found) throws IOException {
        StoredObject object = found.object();
        String fingerprint = store.fingerprint(object);
        Position from =
                found.offset().isPresent() ? position(object, found.offset().get()) : Position.START;
        boolean nothingLeft = found.offset()
                .filter(offset -> offset.done() && from.equals(offset.position()) && offset.size() == object.size())
                .isPresent();
        Progress progress = inFlight.opened(object);
        String name = "";
        try {
            name = topic(object);
            Optional<ContractReader> contract = values.contractOf(name);
            EntryReader reader =
                    nothingLeft ? new Nothing() : content.open(store, object, from, contract.map(values::wanted));
            return new OpenObject(
                    object, fingerprint, name, values.values(name, contract), reader, from, found.settled(), progress);
        } catch (BrokenObject e) {
            return new OpenObject(object, fingerprint, name, null, new Unreadable(e), from, found.settled(), progress);
        }
    }

    private Position position(StoredObject object, FileOffset offset) throws IOException {
        Position position = offset.position();
        boolean cut = content.growsReadably(object) && position.bytes() > object.size();
        if (!cut && (offset.content().isEmpty() || store.matches(object, offset.content()))) {
            return position;
        }
        LOG.info("{} has another content than before and is read from its beginning", object.path());
        metrics.replaced();
        return Position.START;
    }

    private String topic(StoredObject object) throws BrokenObject {
        try {
            String name = topic.render(new FileTemplate.Facts(object.path(), 0, null));
            Topic.validate(name);
            return name;
        } catch (MalformedRecord e) {
            throw new BrokenObject("there is no Kafka topic for it: " + e.reason());
        } catch (InvalidTopicException e) {
            throw new BrokenObject("there can be no Kafka topic for it: " + e.getMessage());
        }
    }

    /** Everything was read before. */
    private record Nothing() implements EntryReader {
        @Override
        public Entry next() {
            return null;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private record Unreadable(BrokenObject reason) implements EntryReader {
        @Override
        public Entry next() throws BrokenObject {
            throw reason;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
