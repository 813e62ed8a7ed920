package io.millrace.connect.configs.cdc.preflight;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.cdc.source.SourceTable;
import io.millrace.connect.configs.plan.Paint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found.
 *
 * @param address the database
 * @param name of the capture
 * @param server version and provider, in words
 * @param tables those that would be captured
 * @param findings the gravest first
 */
public record PreflightReport(
        SourceAddress address, String name, String server, List<SourceTable> tables, List<Finding> findings) {
    public PreflightReport {
        tables = List.copyOf(tables);
        findings = List.copyOf(findings);
    }

    static PreflightReport of(Probe probe, List<Finding> findings) {
        return new PreflightReport(
                probe.database().address(),
                probe.names().name(),
                "PostgreSQL " + probe.database().text("SHOW server_version") + ", "
                        + probe.flavour().words(),
                probe.selection().chosen(),
                findings);
    }

    static PreflightReport unreachable(SourceAddress address, CaptureRequest request, Finding finding) {
        return new PreflightReport(address, request.names().name(), "unknown", List.of(), List.of(finding));
    }

    /** The same report with other findings. */
    public PreflightReport with(List<Finding> others) {
        return new PreflightReport(address, name, server, tables, others);
    }

    public boolean isBlocked() {
        return findings.stream().anyMatch(Finding::isBlocking);
    }

    /** Estimated rows of the tables; those that were never counted add nothing. */
    public long rows() {
        return tables.stream().mapToLong(table -> Math.max(0, table.rows())).sum();
    }

    public long bytes() {
        return tables.stream().mapToLong(SourceTable::bytes).sum();
    }

    /** For a terminal: one block per finding. */
    public List<String> lines(Paint paint) {
        List<String> lines = new ArrayList<>();
        lines.add("  " + paint.bold(name) + "  " + address + "  " + server);
        lines.add("  " + tables.size() + " tables, about " + rows() + " rows, " + (bytes() + 1023) / 1024 + " kB");
        boolean told = false;
        for (Finding finding : findings) {
            String severity = "%-5s".formatted(finding.severity());
            if (finding.severity() != Severity.INFO || !told) {
                lines.add("");
            }
            told = finding.severity() == Severity.INFO;
            lines.add("  "
                    + switch (finding.severity()) {
                        case BLOCK -> paint.red(severity);
                        case WARN -> paint.yellow(severity);
                        case INFO -> paint.dim(severity);
                    }
                    + "  " + paint.bold(finding.code()) + "  " + finding.subject() + " " + finding.found());
            if (finding.severity() != Severity.INFO) {
                lines.add("         " + finding.why());
            }
            finding.sql().forEach(statement -> lines.add("           " + statement + ";"));
            String rest = finding.note()
                    + (finding.restart() ? (finding.note().isEmpty() ? "" : ", ") + "then restart the server" : "");
            if (!rest.isEmpty()) {
                lines.add("         -> " + rest);
            }
        }
        lines.add("");
        lines.add("  " + count(Severity.BLOCK) + " blocking, " + count(Severity.WARN)
                + (count(Severity.WARN) == 1 ? " warning, " : " warnings, ")
                + count(Severity.INFO) + " to know");
        return lines;
    }

    private long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    /** For whoever looks after the database. */
    public String markdown() {
        StringBuilder text = new StringBuilder("# Capturing changes of " + name + "\n\n- Database: `" + address
                + "`\n- Server: " + server + "\n- Tables: " + tables.size() + ", about " + rows() + " rows, "
                + (bytes() + 1023) / 1024 + " kB\n");
        for (Severity severity : Severity.values()) {
            List<Finding> some =
                    findings.stream().filter(one -> one.severity() == severity).toList();
            if (some.isEmpty()) {
                continue;
            }
            text.append("\n## ").append(title(severity)).append('\n');
            for (Finding finding : some) {
                text.append("\n### `")
                        .append(finding.code())
                        .append("` ")
                        .append(finding.subject())
                        .append("\n\n");
                text.append("Found: ")
                        .append(finding.found())
                        .append(".  \nWhy it matters: ")
                        .append(finding.why())
                        .append('\n');
                if (!finding.sql().isEmpty()) {
                    text.append("\n```sql\n");
                    finding.sql().forEach(statement -> text.append(statement).append(";\n"));
                    text.append("```\n");
                }
                if (!finding.note().isEmpty()) {
                    text.append("\nAlso: ").append(finding.note()).append(".\n");
                }
                if (finding.restart()) {
                    text.append("\nRestart the server afterwards.\n");
                }
            }
        }
        text.append("\n## Tables\n\n| table | rows (estimate) | kB | key |\n|---|---:|---:|---|\n");
        tables.forEach(table -> text.append("| ")
                .append(table.id())
                .append(" | ")
                .append(table.rows() < 0 ? "not counted yet" : table.rows())
                .append(" | ")
                .append((table.bytes() + 1023) / 1024)
                .append(" | ")
                .append(table.key().stream().collect(Collectors.joining(", ")))
                .append(" |\n"));
        return text.toString();
    }

    private static String title(Severity severity) {
        return switch (severity) {
            case BLOCK -> "Has to be mended first";
            case WARN -> "Warnings";
            case INFO -> "To know";
        };
    }

    /** For programs. */
    public ObjectNode json() {
        ObjectNode root = JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("database", address.toString())
                .put("server", server)
                .put("blocked", isBlocked());
        var all = root.putArray("findings");
        for (Finding finding : findings) {
            ObjectNode one = all.addObject()
                    .put("code", finding.code())
                    .put("severity", finding.severity().name())
                    .put("subject", finding.subject())
                    .put("found", finding.found())
                    .put("why", finding.why())
                    .put("note", finding.note())
                    .put("restart", finding.restart());
            finding.sql().forEach(one.putArray("sql")::add);
        }
        var captured = root.putArray("tables");
        tables.forEach(table -> captured.addObject()
                .put("table", table.id())
                .put("rows", table.rows())
                .put("bytes", table.bytes()));
        return root;
    }
}
