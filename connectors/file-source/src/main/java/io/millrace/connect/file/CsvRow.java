package io.millrace.connect.file;

import java.util.ArrayList;
import java.util.List;

/** Takes a row of CSV apart, as RFC 4180 has it. */
final class CsvRow {
    private CsvRow() {}

    /**
     * The cells; null for an empty one without quotes.
     *
     * @throws MalformedRecord when something follows a closing quote
     */
    static List<String> cells(String row, char delimiter) throws MalformedRecord {
        List<String> cells = new ArrayList<>();
        int at = 0;
        while (true) {
            if (at < row.length() && row.charAt(at) == '"') {
                StringBuilder cell = new StringBuilder();
                at = quoted(row, at + 1, cell);
                cells.add(cell.toString());
                if (at < row.length() && row.charAt(at) != delimiter) {
                    throw new MalformedRecord("", "something follows the closing quote of cell " + cells.size());
                }
            } else {
                int end = row.indexOf(delimiter, at);
                end = end < 0 ? row.length() : end;
                cells.add(end == at ? null : row.substring(at, end));
                at = end;
            }
            if (at >= row.length()) {
                return cells;
            }
            at++;
        }
    }

    /** Where the quotes close: behind them. */
    private static int quoted(String row, int from, StringBuilder cell) throws MalformedRecord {
        int at = from;
        while (true) {
            int quote = row.indexOf('"', at);
            if (quote < 0) {
                throw new MalformedRecord("", "a quote is opened and never closed");
            }
            cell.append(row, at, quote);
            if (quote + 1 < row.length() && row.charAt(quote + 1) == '"') {
                cell.append('"');
                at = quote + 2;
            } else {
                return quote + 1;
            }
        }
    }
}
