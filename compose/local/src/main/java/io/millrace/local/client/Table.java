package io.millrace.local.client;

import java.util.ArrayList;
import java.util.List;

/** Lines of text in aligned columns: numbers to the right, everything else to the left. Not safe for several threads. */
public final class Table {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(List<String> header) {
        this.header = List.copyOf(header);
    }

    /** Adds a row with a cell per column. */
    public Table row(List<String> cells) {
        rows.add(cells.stream().map(Table::printable).toList());
        return this;
    }

    /** The header, a rule and the rows, without a line end at the end. */
    public String text() {
        int[] widths = new int[header.size()];
        boolean[] numeric = new boolean[header.size()];
        for (int column = 0; column < header.size(); column++) {
            widths[column] = header.get(column).length();
            numeric[column] = !rows.isEmpty();
            for (List<String> row : rows) {
                String cell = row.get(column);
                widths[column] = Math.max(widths[column], cell.length());
                numeric[column] &= cell.matches("-?[\\d,]+(\\.\\d+)?|");
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(line(header, widths, numeric));
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("-".repeat(width));
        }
        lines.add(line(rule, widths, numeric));
        rows.forEach(row -> lines.add(line(row, widths, numeric)));
        return String.join(System.lineSeparator(), lines);
    }

    private static String line(List<String> cells, int[] widths, boolean[] numeric) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String space = " ".repeat(widths[column] - cells.get(column).length());
            line.append(column == 0 ? "" : "  ");
            line.append(numeric[column] ? space + cells.get(column) : cells.get(column) + space);
        }
        return line.toString().stripTrailing();
    }

    /** A cell stays on its line, whatever it holds. */
    private static String printable(String cell) {
        return cell.replaceAll("\\p{Cntrl}", " ");
    }
}
