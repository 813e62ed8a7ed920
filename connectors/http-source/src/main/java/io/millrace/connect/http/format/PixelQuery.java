package io.millrace.connect.http.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An event as parameters of an address: each is the field of its name in any convention; one that is there several times is
 * an array. A name that means no field stays as it is, for the policy of unknown fields to judge.
 */
public final class PixelQuery {
    /** Parameters that are not of the event: the key, the kind, how to answer, and what only keeps caches away. */
    private static final Set<String> RESERVED = Set.of("write_key", "writeKey", "kind", "ack", "_");

    private PixelQuery() {}

    public static ObjectNode fields(Map<String, List<String>> query, ContractFields contract) {
        ObjectNode fields = ContractFields.none();
        query.forEach((name, values) -> {
            if (!RESERVED.contains(name)) {
                String field = contract.find(name).orElse(name);
                if (values.size() == 1) {
                    fields.set(field, contract.value(field, values.get(0)));
                } else {
                    ArrayNode array = fields.putArray(field);
                    values.forEach(array::add);
                }
            }
        });
        return fields;
    }
}
