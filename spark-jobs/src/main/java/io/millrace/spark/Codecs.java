package io.millrace.spark;

import io.millrace.schemas.Contract;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.avro.Schema;

/**
 * Decoders and encoders for tasks: made in the driver, carried by a task's function, and small, because schemas are kept
 * once per process.
 */
public final class Codecs implements Serializable {
    private static final long serialVersionUID = 3;

    private final RegistryAddress registry;
    private final HashMap<String, String> schemas;
    private final HashMap<String, Integer> ids;

    Codecs(RegistryAddress registry, Map<String, String> schemas, Map<String, Integer> ids) {
        this.registry = registry;
        this.schemas = new HashMap<>(schemas);
        this.ids = new HashMap<>(ids);
    }

    /**
     * Takes the value contracts of the topics that a job reads and writes as they are now, registers those that it
     * writes and remembers their ids.
     *
     * @param read topics whose values the job wants in the contract's schema
     * @throws io.millrace.schemas.RegistryException when the registry cannot be reached or refuses a schema
     */
    public static Codecs forJob(JobContext context, Collection<String> read, Collection<String> written) {
        Map<String, String> schemas = new HashMap<>();
        for (String topic : read) {
            schemas.put(topic, context.catalogue().require(topic).requireValue().toString());
        }
        Map<String, Integer> ids = new HashMap<>();
        for (String topic : written) {
            Contract contract = context.catalogue().require(topic);
            schemas.put(topic, contract.requireValue().toString());
            ids.put(topic, context.registry().register(contract.valueSubject(), contract.requireValue()));
        }
        return new Codecs(context.config().registry(), schemas, ids);
    }

    /** A decoder that gives each value in the schema of the topic's contract. */
    public ValueDecoder decoder(String topic) {
        return new ValueDecoder(lookup(), schema(topic));
    }

    /**
     * As {@link #decoder(String)}, of some of the contract's fields; whether a value can be read is judged by all of them.
     *
     * @param fields that are needed; those that the contract does not have are left out
     */
    public ValueDecoder decoder(String topic, Collection<String> fields) {
        Schema whole = schema(topic);
        Schema part = PerProcess.get(
                "fields " + new TreeSet<>(fields) + " of " + schemas.get(topic), () -> FieldChoice.of(whole, fields));
        return new ValueDecoder(lookup(), whole, part);
    }

    /** A decoder that gives each value in the schema that it was written with. */
    public ValueDecoder decoder() {
        return new ValueDecoder(lookup(), null);
    }

    /** An encoder for a topic that the job said it writes. */
    public ValueEncoder encoder(String topic) {
        return new ValueEncoder(schema(topic), id(topic));
    }

    /** The registry's id of the value schema of a topic that the job said it writes. */
    public int id(String topic) {
        Integer id = ids.get(topic);
        if (id == null) {
            throw new IllegalArgumentException("the contract of " + topic + " was not registered by this job");
        }
        return id;
    }

    private SchemaLookup lookup() {
        return PerProcess.get("schemas " + registry, () -> new SchemaLookup(registry.client()));
    }

    /** The same object for the same schema, so that what Avro works out about it is worked out once. */
    private Schema schema(String topic) {
        String text = schemas.get(topic);
        if (text == null) {
            throw new IllegalArgumentException("the contract of " + topic + " was not named by this job");
        }
        return PerProcess.get("contract " + text, () -> new Schema.Parser().parse(text));
    }
}
