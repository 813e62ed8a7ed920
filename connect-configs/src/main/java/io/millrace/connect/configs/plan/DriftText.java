package io.millrace.connect.configs.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Drift as people and as programs read it. */
public final class DriftText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DriftText() {}

    /** Aligned lines: what was changed by hand first. */
    public static List<String> lines(Header header, Drift drift, Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add(paint.bold("env " + header.environment()) + "   connect " + header.connect() + " (Kafka "
                + header.workerVersion() + ")");
        lines.add("");
        int width = drift.items().stream()
                .mapToInt(item -> item.name().length())
                .max()
                .orElse(0);
        drift.items().stream().filter(Drift.Item::isDrift).forEach(item -> item(lines, item, "!", width, paint));
        drift.items().stream().filter(item -> !item.isDrift()).forEach(item -> item(lines, item, "~", width, paint));
        if (!drift.items().isEmpty()) {
            lines.add("");
        }
        long byHand = drift.items().stream().filter(Drift.Item::isDrift).count();
        long inFiles = drift.items().size() - byHand;
        lines.add("  " + drift.compared() + " compared: "
                + (byHand == 0 ? paint.green("no drift") : paint.red(byHand + " changed by hand"))
                + (inFiles == 0 ? "" : ", " + inFiles + " changed in the files (./millrace plan shows them)"));
        return lines;
    }

    private static void item(List<String> lines, Drift.Item item, String symbol, int width, Paint paint) {
        lines.add("  " + paint.symbol(symbol) + " " + item.name()
                + " ".repeat(width - item.name().length()) + "  " + item.text());
        item.keys()
                .forEach(key -> lines.add("      " + key.key() + "   applied or declared "
                        + key.after().orElse("(not set)") + ", live "
                        + key.before().orElse("(not set)")
                        + (key.at().isEmpty() ? "" : "   " + paint.dim(key.at()))));
    }

    /** The same as JSON. */
    public static ObjectNode json(Header header, Drift drift) {
        ObjectNode root = JSON.createObjectNode()
                .put("environment", header.environment())
                .put("compared", drift.compared())
                .put("drift", drift.exists());
        ArrayNode items = root.putArray("items");
        drift.items().forEach(item -> {
            ObjectNode node = items.addObject()
                    .put("name", item.name())
                    .put("cause", item.cause().name().toLowerCase(Locale.ROOT))
                    .put("text", item.text());
            ArrayNode keys = node.putArray("keys");
            item.keys().forEach(key -> keys.addObject()
                    .put("key", key.key())
                    .put("declared", key.after().orElse(null))
                    .put("live", key.before().orElse(null)));
        });
        return root;
    }
}
