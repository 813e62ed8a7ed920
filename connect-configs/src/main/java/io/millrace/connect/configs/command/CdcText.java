package io.millrace.connect.configs.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.TextTable;
import io.millrace.connect.configs.cdc.onboard.Proof;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What was proved, as text or JSON. */
final class CdcText {
    private CdcText() {}

    static List<String> proof(Proof.Result result, boolean json) {
        if (json) {
            ObjectNode root = JsonNodeFactory.instance.objectNode().put("lake", result.lake());
            ArrayNode counts = root.putArray("tables");
            result.counts().forEach(one -> counts.addObject()
                    .put("table", one.table())
                    .put("source", one.source())
                    .put("topic", one.topic())
                    .put("lake", one.lake().orElse(null)));
            return List.of(root.toPrettyString());
        }
        List<String> lines = new ArrayList<>(List.of(""));
        counts(result.counts()).forEach(line -> lines.add("    " + line));
        lines.add("    lake: " + result.lake());
        lines.add("");
        return lines;
    }

    static List<String> counts(List<Proof.Count> counts) {
        TextTable table = new TextTable(List.of("TABLE", "SOURCE", "TOPIC", "LAKE"), Set.of(1, 2, 3));
        counts.forEach(one -> table.row(List.of(
                one.table(),
                Long.toString(one.source()),
                Long.toString(one.topic()),
                one.lake().map(String::valueOf).orElse("-"))));
        return table.lines(Integer.MAX_VALUE);
    }
}
