package io.millrace.connect.configs.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.tool.Break;
import io.millrace.schemas.tool.CatalogueReport;
import io.millrace.schemas.tool.ContractReport;
import java.util.List;

/** What {@code contracts check} prints. */
final class CheckReport {
    private CheckReport() {}

    static String text(CatalogueReport report) {
        int width = report.contracts().stream()
                .mapToInt(contract -> contract.name().length())
                .max()
                .orElse(0);
        String line = "%-" + Math.max(width, "CONTRACT".length()) + "s  %8s  %s%n";
        StringBuilder text = new StringBuilder(line.formatted("CONTRACT", "RELEASED", "STATE"));
        for (ContractReport contract : report.contracts()) {
            text.append(line.formatted(
                    contract.name(), contract.released() == 0 ? "-" : contract.released(), state(contract)));
        }
        List<String> sentences = report.sentences();
        sentences.forEach(sentence -> text.append("%n%s%n".formatted(sentence)));
        return text.toString();
    }

    private static String state(ContractReport contract) {
        if (!contract.problems().isEmpty()) {
            return "cannot be read";
        }
        if (!contract.breaks().isEmpty()) {
            int breaks = contract.breaks().size();
            return "breaks " + breaks + (breaks == 1 ? " promise" : " promises");
        }
        if (!contract.unreleased()) {
            return "ok";
        }
        return contract.released() == 0 ? "ok, not released yet" : "ok, with changes that are not released yet";
    }

    static String json(CatalogueReport report) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("sound", report.isSound());
        ArrayNode contracts = root.putArray("contracts");
        for (ContractReport contract : report.contracts()) {
            ObjectNode one = contracts.addObject();
            one.put("name", contract.name())
                    .put("sound", contract.isSound())
                    .put("released", contract.released())
                    .put("unreleased_changes", contract.unreleased());
            ArrayNode breaks = one.putArray("breaks");
            contract.breaks().forEach(broken -> breaks.add(json(broken)));
            contract.problems().forEach(one.putArray("problems")::add);
        }
        report.problems().forEach(root.putArray("problems")::add);
        return root.toPrettyString() + System.lineSeparator();
    }

    private static JsonNode json(Break broken) {
        ObjectNode one = new ObjectMapper().createObjectNode();
        one.put("field", broken.field()).put("rule", broken.rule());
        broken.versions().forEach(one.putArray("versions")::add);
        return one.put("problem", broken.problem())
                .put("remedy", broken.remedy())
                .put("sentence", broken.sentence());
    }
}
