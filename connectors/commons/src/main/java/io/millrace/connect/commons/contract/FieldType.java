package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * A type that a field of a contract may have: how it is written in JSON and what it is in Connect. Immutable, so it may
 * be shared between threads.
 *
 * <p>Connect has neither enumerations nor fixed bytes nor most of Avro's logical types. Each type is therefore what the
 * usual Avro converters turn back into the contract's own type, or into the type that is under its logical type: a reader
 * with the contract's schema gets the same value.
 */
public sealed interface FieldType
        permits PlainType, TemporalType, EnumType, FixedType, DecimalType, ArrayType, MapType, RecordType {

    /** What a client has to send, in words that follow "must be". */
    String expected();

    /** The type's name as in Avro, that of the logical type where there is one. */
    String typeName();

    /** A new builder of the Connect schema, without a default. */
    SchemaBuilder connect();

    /**
     * The Connect value of the token that the parser is at; never null.
     *
     * @param token never null and never {@code null} in JSON
     * @throws InvalidValue when the token is no value of this type
     * @throws IOException when the text is no JSON, its stream ends, or the meter has no room for the value
     */
    Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue;

    /** The Connect value of one that Avro's generic reader gave, such as a default of the contract; not null. */
    Object fromAvro(Object value);

    /**
     * The text of a Connect value in a record key; not null.
     *
     * @throws UnsupportedOperationException when this type cannot be part of a key, see {@link #isKey}
     */
    default String keyText(Object value) {
        throw new UnsupportedOperationException("a record key cannot have the type " + typeName());
    }

    /** Whether a field of this type may be part of the record key. */
    default boolean isKey() {
        return true;
    }

    /**
     * Whether the Connect schema may say the default. Avro declares a named type once, and the converters make the default
     * a part of it; and they write null first in a union, which the default of an element may not be.
     *
     * @param value the default, a Connect value that is not null
     */
    default boolean declaresDefault(Object value) {
        return true;
    }

    /** Bytes that a value takes in memory beside its text, roughly, without what is counted while it is read. */
    default int footprint() {
        return 64;
    }

    /** Writes into the open object what a client has to know of this type. */
    default void describe(JsonGenerator json) throws IOException {
        json.writeStringField("type", typeName());
    }
}
