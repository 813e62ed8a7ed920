package io.millrace.connect.configs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lines of text in aligned columns, made to fit a terminal by cutting the last column. Not safe for several threads. */
public final class TextTable {
    private static final int NARROWEST_LAST = 10;

    private final List<String> header;
    private final Set<Integer> toTheRight;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param header names of the columns
     * @param toTheRight numbers of the columns that hold numbers, from zero
     */
    public TextTable(List<String> header, Set<Integer> toTheRight) {
        this.header = List.copyOf(header);
        this.toTheRight = Set.copyOf(toTheRight);
    }

    /** Adds a row with a cell per column; a cell stays on its line, whatever it holds. */
    public TextTable row(List<String> cells) {
        rows.add(cells.stream().map(cell -> cell.replaceAll("\\p{Cntrl}", " ")).toList());
        return this;
    }

    /**
     * The header and the rows.
     *
     * @param width number of characters that a line may have; the last column keeps a few in any case
     */
    public List<String> lines(int width) {
        int last = header.size() - 1;
        int[] widths = new int[header.size()];
        for (int column = 0; column <= last; column++) {
            widths[column] = header.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        int before = 0;
        for (int column = 0; column < last; column++) {
            before += widths[column] + 2;
        }
        int room = Math.max(NARROWEST_LAST, width - before);
        List<String> lines = new ArrayList<>();
        lines.add(line(header, widths, room));
        rows.forEach(row -> lines.add(line(row, widths, room)));
        return lines;
    }

    private String line(List<String> cells, int[] widths, int room) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            boolean last = column == cells.size() - 1;
            String cell = last ? cut(cells.get(column), room) : cells.get(column);
            String space =
                    " ".repeat(last && !toTheRight.contains(column) ? 0 : Math.max(0, widths[column] - cell.length()));
            line.append(column == 0 ? "" : "  ").append(toTheRight.contains(column) ? space + cell : cell + space);
        }
        return line.toString().stripTrailing();
    }

    private static String cut(String cell, int room) {
        return cell.length() <= room ? cell : cell.substring(0, room - 1) + "\u2026";
    }
}
