package io.millrace.connect.http.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Calls of Segment's tracking API. A field of the contract is filled by the first of these that has its name in any
 * convention: the properties or traits, the call itself, its context, {@code context.page}, {@code context.campaign}.
 * Before the call itself, {@code messageId} fills the field that identifies an event and {@code timestamp} the one that says
 * when it happened; after everything come the {@link #ALIASES}. What the contract has no field for is left out.
 */
public final class SegmentCalls {
    /** The last part of a path, and the type of call that it takes; empty for several calls. */
    public static final Map<String, String> PATHS = Map.ofEntries(
            Map.entry("batch", ""),
            Map.entry("b", ""),
            Map.entry("import", ""),
            Map.entry("track", "track"),
            Map.entry("t", "track"),
            Map.entry("page", "page"),
            Map.entry("p", "page"),
            Map.entry("screen", "screen"),
            Map.entry("s", "screen"),
            Map.entry("identify", "identify"),
            Map.entry("i", "identify"),
            Map.entry("group", "group"),
            Map.entry("g", "group"),
            Map.entry("alias", "alias"),
            Map.entry("a", "alias"));

    private record Alias(String field, List<String> call, String name) {}

    /** What fills a field of another name. */
    private static final List<Alias> ALIASES = List.of(
            new Alias("user_id", List.of(), "anonymousId"),
            new Alias("event_type", List.of(), "event"),
            new Alias("event_name", List.of(), "event"),
            new Alias("page", List.of("properties"), "path"),
            new Alias("page", List.of("context", "page"), "path"),
            new Alias("page", List.of(), "name"),
            new Alias("address", List.of("context"), "ip"));

    private SegmentCalls() {}

    /** The fields of the contract that a call fills. */
    public static ObjectNode fields(ObjectNode call, ContractFields contract) {
        ObjectNode fields = ContractFields.none();
        fillAll(fields, call.path("properties"), contract, false);
        fillAll(fields, call.path("traits"), contract, false);
        contract.id().ifPresent(id -> contract.fillExactly(fields, id, call.get("messageId")));
        contract.time().ifPresent(time -> {
            contract.fillExactly(fields, time, call.get("timestamp"));
            contract.fillExactly(fields, time, call.get("originalTimestamp"));
        });
        fillAll(fields, call, contract, true);
        JsonNode context = call.path("context");
        fillAll(fields, context, contract, true);
        fillAll(fields, context.path("page"), contract, true);
        context.path("campaign")
                .fields()
                .forEachRemaining(entry -> contract.fill(fields, "campaign_" + entry.getKey(), entry.getValue()));
        for (Alias alias : ALIASES) {
            JsonNode from = call;
            for (String step : alias.call()) {
                from = from.path(step);
            }
            contract.fill(fields, alias.field(), from.path(alias.name()));
        }
        return fields;
    }

    private static void fillAll(ObjectNode fields, JsonNode from, ContractFields contract, boolean plainOnly) {
        from.fields().forEachRemaining(entry -> {
            if (!plainOnly || entry.getValue().isValueNode()) {
                contract.fill(fields, entry.getKey(), entry.getValue());
            }
        });
    }
}
