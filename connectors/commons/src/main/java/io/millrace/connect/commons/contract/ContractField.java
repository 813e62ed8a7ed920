package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.connect.commons.ConnectJson;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * One field of a contract or of a record in it, ready for the hot path.
 *
 * @param position its place in its record, from zero
 * @param slot its type, and whether it may be null
 * @param hasDefault whether it may be left out
 * @param defaultValue what it is when it is left out, as a Connect value
 * @param rule what the collector does with it
 * @param doc what it means; null when the contract does not say
 */
record ContractField(
        int position, String name, Slot slot, boolean hasDefault, Object defaultValue, CollectorRule rule, String doc) {

    /** @throws IllegalArgumentException with words that follow the field's name when the collector rule is wrong */
    static ContractField of(Schema.Field field, Slot slot) {
        CollectorRule rule = CollectorRule.of(field.getProp(CollectorRule.PROPERTY));
        rule.check(slot.type());
        boolean hasDefault = field.hasDefaultValue();
        return new ContractField(
                field.pos(),
                field.name(),
                slot,
                hasDefault,
                hasDefault ? slot.fromAvro(GenericData.get().getDefaultValue(field)) : null,
                rule,
                field.doc());
    }

    /**
     * The schema of the field in Connect. A nullable field says no default but null, because Connect would replace a null
     * that the client sent by it.
     */
    org.apache.kafka.connect.data.Schema connectSchema() {
        boolean declared =
                defaultValue != null && !slot.nullable() && slot.type().declaresDefault(defaultValue);
        return slot.schema(declared ? defaultValue : null);
    }

    /** Whether a client may leave it out. */
    boolean mayBeAbsent() {
        return hasDefault || rule != CollectorRule.NONE;
    }

    /**
     * The value of a field that the client has left out; null when that is its default.
     *
     * @throws InvalidValue when the field has to be sent
     */
    Object absent(ReadContext context) throws InvalidValue {
        Object value = rule.value(slot.type(), context);
        if (value != null) {
            return value;
        }
        if (!hasDefault) {
            throw InvalidValue.because("is missing; must be " + slot.type().expected());
        }
        return defaultValue;
    }

    /** Writes an object that says what a client has to know of the field. */
    void describe(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        slot.type().describe(json);
        json.writeBooleanField("required", !mayBeAbsent());
        if (slot.nullable()) {
            json.writeBooleanField("nullable", true);
        }
        if (hasDefault) {
            json.writeFieldName("default");
            ConnectJson.write(json, connectSchema(), defaultValue);
        }
        if (rule != CollectorRule.NONE) {
            json.writeStringField(CollectorRule.PROPERTY, rule.text());
        }
        if (doc != null) {
            json.writeStringField("doc", doc);
        }
        json.writeEndObject();
    }
}
