package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.avro.Schema;

/** Decoders and encoders over schemas in memory. */
public final class TestCodecs {
    private TestCodecs() {}

    public static ValueDecoder decoder(Map<Integer, Schema> schemas, Schema reader) {
        return new ValueDecoder(lookup(schemas), reader);
    }

    /** One that gives these fields only. */
    public static ValueDecoder decoder(Map<Integer, Schema> schemas, Schema reader, Collection<String> fields) {
        return new ValueDecoder(lookup(schemas), reader, FieldChoice.of(reader, fields));
    }

    private static SchemaLookup lookup(Map<Integer, Schema> schemas) {
        return new SchemaLookup(
                id -> Optional.ofNullable(schemas.get(id)), Clock.systemUTC(), millis -> {}, new SplittableRandom(1));
    }

    public static ValueEncoder encoder(Schema schema, int id) {
        return new ValueEncoder(schema, id);
    }

    /** Encoders for these topics; decoders need a registry, which this has none of. */
    public static Codecs encoding(Map<String, Integer> ids) {
        Map<String, String> schemas = new HashMap<>();
        Catalogue catalogue = Catalogue.bundled();
        ids.keySet()
                .forEach(topic -> schemas.put(
                        topic, catalogue.require(topic).requireValue().toString()));
        return new Codecs(new RegistryAddress("http://127.0.0.1:1", ""), schemas, ids);
    }
}
