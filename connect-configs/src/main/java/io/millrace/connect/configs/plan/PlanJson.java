package io.millrace.connect.configs.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A plan as programs read it. */
public final class PlanJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PlanJson() {}

    /** The whole plan. */
    public static ObjectNode of(Header header, Plan plan) {
        ObjectNode root = JSON.createObjectNode();
        root.putObject("environment")
                .put("name", header.environment())
                .put("connect", header.connect())
                .put("worker_version", header.workerVersion())
                .put("plugins", header.plugins())
                .put("kafka", header.kafka())
                .put("brokers", header.brokers())
                .put("registry", header.registry());
        root.set("changes", changes(plan.changes()));
        ArrayNode findings = root.putArray("findings");
        plan.findings().forEach(finding -> {
            ObjectNode node = findings.addObject()
                    .put("kind", finding.kind().name().toLowerCase(java.util.Locale.ROOT))
                    .put("name", finding.name())
                    .put("text", finding.text());
            if (!finding.at().isEmpty()) {
                node.put("at", finding.at());
            }
        });
        root.putObject("unchanged")
                .put("topics", plan.unchanged().topics())
                .put("schemas", plan.unchanged().subjects())
                .put("connectors", plan.unchanged().connectors());
        root.putObject("checked")
                .put("connectors", plan.checked().connectors())
                .put("valid", plan.checked().valid())
                .put("references", plan.checked().references())
                .put("schemas", plan.checked().subjects())
                .put("compatible", plan.checked().compatible());
        return root.put("blocked", plan.isBlocked()).put("pending", !plan.isEmpty());
    }

    static ArrayNode changes(List<Change> changes) {
        ArrayNode array = JSON.createArrayNode();
        changes.forEach(change -> array.add(change(change)));
        return array;
    }

    private static ObjectNode change(Change change) {
        String type = change.getClass().getSimpleName();
        ObjectNode node = JSON.createObjectNode()
                .put("type", type.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(java.util.Locale.ROOT))
                .put("name", change.name())
                .put("what", PlanText.describe(change));
        if (change instanceof Change.ChangeConnector connector) {
            node.put("tasks", connector.tasks()).put("adopted", connector.adopted());
            connector.state().ifPresent(state -> node.put("state", state.after().name()));
            keys(node, connector.keys());
        } else if (change instanceof Change.ConfigureTopic topic) {
            keys(node, topic.settings());
        } else if (change instanceof Change.CreateConnector connector) {
            node.put("class", connector.connectorClass())
                    .put("state", connector.state().name());
            connector.offsets().ifPresent(offsets -> node.putObject("offsets")
                    .put("partitions", offsets.partitions())
                    .put("where", offsets.where()));
        } else if (change instanceof Change.AddPartitions topic) {
            node.put("before", topic.before()).put("after", topic.after());
        } else if (change instanceof Change.ChangeState state) {
            node.put("before", state.before()).put("after", state.after().name());
        }
        return node;
    }

    private static void keys(ObjectNode node, List<KeyChange> keys) {
        ArrayNode array = node.putArray("keys");
        keys.forEach(key -> {
            ObjectNode entry = array.addObject().put("key", key.key());
            entry.put("before", key.before().orElse(null));
            entry.put("after", key.after().orElse(null));
            if (!key.at().isEmpty()) {
                entry.put("at", key.at());
            }
        });
    }
}
