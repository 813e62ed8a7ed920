package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.contract.RecordType;
import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractsFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the contract of a topic says about the fields of its documents: their types, and their units as metadata. */
final class ContractFields {

    private static final Logger LOG = LoggerFactory.getLogger(ContractFields.class);
    private static final String UNIT = "unit";

    /** The longest value of a field's metadata that the servers take. */
    private static final int LONGEST_UNIT = 50;

    private final Optional<ContractsFolder> contracts;
    private final IndexMapping mapping;

    /** @param folder with a folder for each contract; empty for no contracts */
    ContractFields(Optional<Path> folder, IndexMapping mapping) {
        this.contracts = folder.map(ContractsFolder::new);
        this.mapping = mapping;
    }

    /** The properties of the contract's fields; none when the topic has no contract, or one without a schema. */
    Map<String, Object> properties(String topic) {
        return schema(topic).map(this::properties).orElseGet(Map::of);
    }

    /** The same properties, with the units that the contract has for them. */
    Map<String, Object> withUnits(String topic, Map<String, Object> properties) {
        return schema(topic).map(schema -> withUnits(schema, properties)).orElse(properties);
    }

    private Optional<Schema> schema(String topic) {
        return contracts.flatMap(folder -> folder.catalogue().find(topic)).flatMap(Contract::value);
    }

    private Map<String, Object> properties(Schema schema) {
        try {
            return withUnits(schema, mapping.properties(RecordType.of(schema).schema()));
        } catch (IllegalArgumentException notOfJson) {
            LOG.warn("The types of contract {} are left out: {}", schema.getFullName(), notOfJson.getMessage());
            return Map.of();
        }
    }

    private static Map<String, Object> withUnits(Schema schema, Map<String, Object> properties) {
        Map<String, Object> all = new LinkedHashMap<>(properties);
        for (Schema.Field field : schema.getFields()) {
            if (!(properties.get(field.name()) instanceof Map<?, ?> property)) {
                continue;
            }
            Map<String, Object> more = new LinkedHashMap<>();
            property.forEach((name, value) -> more.put((String) name, value));
            String unit = field.getProp(UNIT);
            Optional<Schema> inner = record(field.schema());
            if (property.containsKey(IndexMapping.PROPERTIES)) {
                inner.ifPresent(record -> more.put(
                        IndexMapping.PROPERTIES,
                        withUnits(record, Json.path(properties, field.name(), IndexMapping.PROPERTIES))));
            } else if (unit != null && unit.length() <= LONGEST_UNIT) {
                more.put("meta", Map.of(UNIT, unit));
            }
            all.put(field.name(), more);
        }
        return all;
    }

    /** The record that a field holds, or may hold, or holds many of. */
    private static Optional<Schema> record(Schema schema) {
        return switch (schema.getType()) {
            case RECORD -> Optional.of(schema);
            case ARRAY -> record(schema.getElementType());
            case UNION ->
                schema.getTypes().stream()
                        .flatMap(type -> record(type).stream())
                        .findFirst();
            default -> Optional.empty();
        };
    }
}
