package io.millrace.connect.mqtt;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.contract.ContractEvent;
import io.millrace.connect.commons.contract.InvalidValue;
import io.millrace.connect.commons.contract.LiveContracts;
import io.millrace.connect.commons.contract.ReadContext;
import java.io.IOException;
import org.apache.kafka.connect.data.Schema;

/** What becomes of a payload. */
sealed interface Payload {

    /**
     * The value of a message's record.
     *
     * @param topic Kafka topic of the record
     * @param id the message's own identity, for a contract that has none to read
     * @throws MalformedMessage when the payload is not what it has to be
     */
    Value read(Message message, String topic, String id) throws MalformedMessage;

    /**
     * A record's value, and what it says of the record.
     *
     * @param key null when it says nothing of the key
     * @param id null when it says nothing of the identity
     */
    record Value(Schema schema, Object value, String key, String id) {}

    /** The bytes as they are. */
    record Bytes() implements Payload {
        @Override
        public Value read(Message message, String topic, String id) {
            return new Value(Schema.BYTES_SCHEMA, message.payload(), null, null);
        }
    }

    /** Text. */
    record Text() implements Payload {
        @Override
        public Value read(Message message, String topic, String id) throws MalformedMessage {
            return new Value(Schema.STRING_SCHEMA, Utf8.text(message.payload()), null, null);
        }
    }

    /**
     * JSON that keeps a contract.
     *
     * @param name of the contract; empty for the topic's
     * @param memory bytes that the value of one message may take
     */
    record Json(LiveContracts contracts, String name, PayloadFields fields, long memory) implements Payload {
        private static final JsonFactory JSON = new JsonFactory();

        @Override
        public Value read(Message message, String topic, String id) throws MalformedMessage {
            byte[] json = fields.json(message);
            try (JsonParser parser = JSON.createParser(json)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    throw new MalformedMessage("", "the payload is no JSON object");
                }
                Meter meter = new Meter(memory);
                ContractEvent event = contracts
                        .reader(name.isEmpty() ? topic : name)
                        .read(parser, new ReadContext(null, null, message.receivedAt(), () -> id, meter::charge));
                if (parser.nextToken() != null) {
                    throw new MalformedMessage("", "something follows the JSON object of the payload");
                }
                return new Value(event.value().schema(), event.value(), event.key(), event.id());
            } catch (LiveContracts.Unusable e) {
                throw new MalformedMessage("", e.getMessage());
            } catch (InvalidValue e) {
                throw new MalformedMessage(e.path(), e.reason());
            } catch (JsonProcessingException e) {
                throw new MalformedMessage("", "the payload is not JSON: " + firstLine(e.getOriginalMessage()));
            } catch (IOException e) {
                throw new MalformedMessage("", "the payload is not JSON: " + e.getMessage());
            }
        }

        private static String firstLine(String text) {
            return text.lines().findFirst().orElse("");
        }
    }

    /** The memory of one value. */
    final class Meter {
        private long left;

        Meter(long limit) {
            this.left = limit;
        }

        void charge(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("it has more elements than fit into the memory for one message");
            }
        }
    }
}
