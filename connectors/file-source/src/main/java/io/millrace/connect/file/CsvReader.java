package io.millrace.connect.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reads rows of CSV. */
final class CsvReader implements EntryReader {
    private final InputStream in;
    private final RecordSplitter splitter;
    private final List<String> columns;
    private final char delimiter;
    private long records;

    /** @param in at the position, which is behind the header */
    CsvReader(InputStream in, Position from, int largest, char delimiter, List<String> columns) {
        this.in = in;
        this.splitter = RecordSplitter.csv(in, from.bytes(), largest, delimiter);
        this.columns = columns;
        this.delimiter = delimiter;
        this.records = from.records();
    }

    /**
     * The first row of a content.
     *
     * @param after where the second one begins; -1 when the header has no line end yet
     */
    record Header(List<String> columns, long after) {}

    /**
     * Reads the names of the columns.
     *
     * @param in at the beginning of the content
     * @return null when there is no row at all
     * @throws BrokenObject when they cannot be read
     */
    static Header header(InputStream in, int largest, char delimiter) throws IOException, BrokenObject {
        RecordSplitter splitter = RecordSplitter.csv(in, 0, largest, delimiter);
        RecordSplitter.Piece first = Broken.guard(splitter::next);
        if (first == null) {
            return null;
        }
        try {
            if (first.bytes() == null) {
                throw new MalformedRecord("", splitter.reason(first));
            }
            List<String> columns = CsvRow.cells(RecordSplitter.text(first.bytes()), delimiter).stream()
                    .map(name -> name == null ? "" : name.strip())
                    .toList();
            if (columns.stream().distinct().count() < columns.size() || columns.contains("")) {
                throw new MalformedRecord("", "two columns have one name, or one has none");
            }
            return new Header(columns, first.terminated() ? first.after() : -1);
        } catch (MalformedRecord e) {
            throw new BrokenObject("the header cannot be read: " + e.reason());
        }
    }

    @Override
    public Entry next() throws IOException, BrokenObject {
        RecordSplitter.Piece piece = Broken.guard(splitter::next);
        if (piece == null) {
            return null;
        }
        return new Entry(piece.start(), new Position(piece.after(), ++records), content(piece), piece.terminated());
    }

    private Entry.Content content(RecordSplitter.Piece piece) {
        if (piece.bytes() == null) {
            return new Entry.Malformed(splitter.reason(piece), piece.beginning());
        }
        try {
            List<String> cells = CsvRow.cells(RecordSplitter.text(piece.bytes()), delimiter);
            if (cells.size() != columns.size()) {
                throw new MalformedRecord(
                        "", "the row has " + cells.size() + " cells and the header has " + columns.size());
            }
            return new Entry.Row(columns, cells, piece.bytes());
        } catch (MalformedRecord e) {
            return new Entry.Malformed(e.reason(), piece.bytes());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
