package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a search from the page may ask for: small answers and no scripts. Pure. */
final class SearchRules {
    static final int MAX_HITS = 200;
    static final int MAX_BUCKETS = 500;
    private static final int MAX_DEPTH = 40;
    private static final Set<String> FORBIDDEN =
            Set.of("script", "script_fields", "scripted_metric", "bucket_script", "runtime_mappings", "suggest");

    private SearchRules() {}

    /** Why the search is refused, in one sentence; empty when it is fine. */
    static Optional<String> refusal(JsonNode search) {
        if (!search.isObject()) {
            return Optional.of("the search must be a JSON object");
        }
        JsonNode hits = search.path("size");
        if (!hits.isInt() || hits.asInt() < 0 || hits.asInt() > MAX_HITS) {
            return Optional.of("size must be given, from 0 to " + MAX_HITS);
        }
        return within(search, 0);
    }

    private static Optional<String> within(JsonNode node, int depth) {
        if (depth > MAX_DEPTH) {
            return Optional.of("the search is nested too deeply");
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (FORBIDDEN.contains(entry.getKey())) {
                    return Optional.of(entry.getKey() + " is not allowed");
                }
                if (depth > 0
                        && entry.getKey().equals("size")
                        && entry.getValue().asInt() > MAX_BUCKETS) {
                    return Optional.of("an aggregation returns at most " + MAX_BUCKETS + " buckets");
                }
            }
        }
        for (JsonNode child : node) {
            Optional<String> refusal = within(child, depth + 1);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }
}
