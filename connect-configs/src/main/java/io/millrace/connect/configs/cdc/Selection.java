package io.millrace.connect.configs.cdc;

import io.millrace.connect.configs.cdc.source.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which tables are captured, and why others are not. A pure function of what there is and what is wanted.
 *
 * @param chosen the tables to capture
 * @param named those among all relations that a pattern without a star names, whether they can be captured or not
 * @param leftOut why a relation that was not named is left out, by {@code schema.table}
 * @param missing patterns that nothing fits
 */
public record Selection(
        List<SourceTable> chosen, List<SourceTable> named, Map<String, String> leftOut, List<String> missing) {

    public static Selection of(List<SourceTable> all, CaptureRequest request) {
        List<SourceTable> chosen = new ArrayList<>();
        List<SourceTable> named = new ArrayList<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (SourceTable table : all) {
            boolean wanted = request.include().isEmpty() || fits(request.include(), table);
            if (!wanted || fits(request.exclude(), table)) {
                continue;
            }
            if (request.include().contains(table.id())) {
                named.add(table);
            }
            Optional<String> reason = reason(table, request);
            if (reason.isPresent()) {
                leftOut.put(table.id(), reason.get());
            } else {
                chosen.add(table);
            }
        }
        List<String> missing = request.include().stream()
                .filter(pattern -> all.stream().noneMatch(table -> fits(List.of(pattern), table)))
                .toList();
        return new Selection(List.copyOf(chosen), List.copyOf(named), leftOut, missing);
    }

    /** Whether rows of a table are told apart in the log, now or by what was chosen for it. */
    public static boolean isIdentified(SourceTable table, CaptureRequest request) {
        String choice = request.identities().getOrDefault(table.id(), "");
        return table.hasIdentity() || choice.equals("full") || choice.startsWith("index:");
    }

    private static Optional<String> reason(SourceTable table, CaptureRequest request) {
        if (!table.isTable()) {
            return Optional.of("a " + table.kindInWords() + " has no changes in the log");
        }
        if (table.partition()) {
            return Optional.of("a partition; its rows come under the partitioned table's name");
        }
        if (table.persistence().equals("u")) {
            return Optional.of("unlogged, so its changes are not in the log");
        }
        if ("skip".equals(request.identities().get(table.id()))) {
            return Optional.of("skipped as chosen");
        }
        return isIdentified(table, request)
                ? Optional.empty()
                : Optional.of("nothing identifies its rows; published, its updates and deletes would fail");
    }

    private static boolean fits(List<String> patterns, SourceTable table) {
        return patterns.stream()
                .anyMatch(pattern -> Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), table.id()));
    }
}
