package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.config.NearestName;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * A record: an event as a whole, or one within another. Read straight from the parser's tokens. Immutable, so it may be
 * shared between threads.
 */
public final class RecordType implements FieldType {
    /** Stands for a field that has not been seen; null is a value that a client may send. */
    private static final Object ABSENT = new Object();

    private final String fullName;
    private final Map<String, ContractField> byName = new LinkedHashMap<>();
    private final ContractField[] fields;
    private final Object[] allAbsent;
    private final Schema schema;
    private final int footprint;

    /** @param nullable whether the record may be null where it stands, which in Connect is part of its schema */
    RecordType(String fullName, List<ContractField> fields, boolean nullable) {
        this.fullName = fullName;
        this.fields = fields.toArray(ContractField[]::new);
        fields.forEach(field -> byName.put(field.name(), field));
        this.allAbsent = new Object[fields.size()];
        Arrays.fill(allAbsent, ABSENT);
        this.schema = (nullable ? connect().optional() : connect()).build();
        this.footprint = 64
                + fields.stream()
                        .mapToInt(field -> 8 + field.slot().type().footprint())
                        .sum();
    }

    /**
     * The type of the events of a contract.
     *
     * @throws IllegalArgumentException when events in JSON cannot keep it, naming the field and the reason
     */
    public static RecordType of(org.apache.avro.Schema contract) {
        return FieldTypes.event(contract);
    }

    /** The Connect schema of the records, always the same one: Connect compares it for each value. */
    public Schema schema() {
        return schema;
    }

    /** The type of a field; empty when there is no such field. */
    public Optional<FieldType> type(String field) {
        return Optional.ofNullable(byName.get(field)).map(known -> known.slot().type());
    }

    /** The fields that a client may send, in order. */
    public List<String> sendable() {
        return Arrays.stream(fields)
                .filter(field -> field.rule() != CollectorRule.ALWAYS_RECEIVED_AT)
                .map(ContractField::name)
                .toList();
    }

    /** The path of the first enumeration within; empty when there is none. */
    public Optional<String> firstEnum() {
        return FieldTypes.firstEnum(this, "");
    }

    ContractField[] fields() {
        return fields;
    }

    @Override
    public String expected() {
        return "an object";
    }

    @Override
    public String typeName() {
        return "record";
    }

    @Override
    public SchemaBuilder connect() {
        SchemaBuilder builder = SchemaBuilder.struct().name(fullName);
        for (ContractField field : fields) {
            builder.field(field.name(), field.connectSchema());
        }
        return builder;
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        if (token != JsonToken.START_OBJECT) {
            throw InvalidValue.unexpected(this, json, token);
        }
        return readFields(json, context);
    }

    /**
     * Reads the fields of an object.
     *
     * @param json at the start of the object; afterwards at its end
     */
    public Struct readFields(JsonParser json, ReadContext context) throws IOException, InvalidValue {
        Object[] values = allAbsent.clone();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            ContractField field = byName.get(name);
            if (field == null) {
                if (context.ignoreUnknown()) {
                    json.nextToken();
                    json.skipChildren();
                    continue;
                }
                throw unknown(name).inField(name);
            }
            try {
                if (values[field.position()] != ABSENT) {
                    throw InvalidValue.because("appears twice");
                }
                values[field.position()] = value(json, field, context);
            } catch (InvalidValue e) {
                throw e.inField(name);
            }
        }
        Struct struct = new Struct(schema);
        List<Field> connectFields = schema.fields();
        for (int i = 0; i < fields.length; i++) {
            if (values[i] == ABSENT) {
                values[i] = absent(fields[i], context);
            }
            struct.put(connectFields.get(i), values[i]);
        }
        return struct;
    }

    private static Object value(JsonParser json, ContractField field, ReadContext context)
            throws IOException, InvalidValue {
        if (field.rule() == CollectorRule.ALWAYS_RECEIVED_AT) {
            throw InvalidValue.because("is set by the collector; leave it out");
        }
        return field.slot().read(json, json.nextToken(), context, field.mayBeAbsent() ? "; leave it out" : "");
    }

    private static Object absent(ContractField field, ReadContext context) throws InvalidValue {
        try {
            return field.absent(context);
        } catch (InvalidValue e) {
            throw e.inField(field.name());
        }
    }

    private InvalidValue unknown(String name) {
        String hint = NearestName.to(Shown.cut(name), byName.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("; it has " + String.join(", ", byName.keySet()));
        return InvalidValue.because("is not a field of the contract" + hint);
    }

    @Override
    public Object fromAvro(Object value) {
        IndexedRecord record = (IndexedRecord) value;
        Struct struct = new Struct(schema);
        for (ContractField field : fields) {
            struct.put(field.name(), field.slot().fromAvro(record.get(field.position())));
        }
        return struct;
    }

    @Override
    public boolean isKey() {
        return false;
    }

    @Override
    public boolean declaresDefault(Object value) {
        return false;
    }

    @Override
    public int footprint() {
        return footprint;
    }

    @Override
    public void describe(JsonGenerator json) throws IOException {
        FieldType.super.describe(json);
        describeFields(json);
    }

    /** Writes the array {@code fields} into the open object. */
    public void describeFields(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("fields");
        for (ContractField field : fields) {
            field.describe(json);
        }
        json.writeEndArray();
    }
}
