package io.millrace.connect.commons.contract;

import java.util.Map;
import java.util.Optional;

/**
 * What is known of the converter that writes the records. A connector that leaves the converter to the worker cannot
 * know the worker's settings; one that names it can be held to what its contracts need.
 */
public final class ConverterSettings {
    private static final String CONVERTER = "value.converter";
    private static final String ENUMS = "value.converter.enhanced.avro.schema.support";

    private final boolean withoutEnums;

    /** @param given the configuration as it was given, with the keys of Connect itself */
    public ConverterSettings(Map<String, ?> given) {
        Object converter = given.get(CONVERTER);
        this.withoutEnums = converter != null
                && String.valueOf(converter).endsWith("AvroConverter")
                && !"true".equalsIgnoreCase(String.valueOf(given.get(ENUMS)));
    }

    /**
     * Refuses what the converter would write as another type than the contract's: the registry would not take its schema,
     * and the task would fail.
     *
     * @throws IllegalArgumentException naming the field and the setting
     */
    public void check(RecordType type) {
        Optional<String> field = withoutEnums ? type.firstEnum() : Optional.empty();
        if (field.isPresent()) {
            throw new IllegalArgumentException("field " + field.get()
                    + " has the type enum, which the converter writes as one only with " + ENUMS + "=true");
        }
    }
}
