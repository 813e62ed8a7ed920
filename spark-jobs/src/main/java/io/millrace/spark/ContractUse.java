package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import io.millrace.schemas.LateData;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * What of the contracts a running query was built from. Two are equal when the query needs no other one: descriptions,
 * owners, docs and expectations about quality make no difference.
 *
 * @param needed whether there was anything to do
 * @param parts by topic
 */
record ContractUse(boolean needed, Map<String, Part> parts) {
    /** What of one contract. */
    record Part(Optional<Schema> value, Optional<EventSpec> event, LateData lateData) {}

    static ContractUse of(Job job, Catalogue catalogue) {
        Map<String, Part> parts = new TreeMap<>();
        for (Contract contract : job.contracts(catalogue)) {
            parts.put(contract.name(), new Part(contract.value(), contract.event(), contract.lateData()));
        }
        return new ContractUse(job.isNeeded(catalogue), parts);
    }

    /** What is different in the newer one, in a phrase. */
    String difference(ContractUse newer) {
        Set<String> names = new TreeSet<>(parts.keySet());
        names.addAll(newer.parts.keySet());
        return names.stream()
                .filter(name -> !java.util.Objects.equals(parts.get(name), newer.parts.get(name)))
                .map(name -> name
                        + (parts.containsKey(name)
                                ? newer.parts.containsKey(name) ? " changed" : " is gone"
                                : " is new"))
                .collect(Collectors.joining(", "));
    }
}
