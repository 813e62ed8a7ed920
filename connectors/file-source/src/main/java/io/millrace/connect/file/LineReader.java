package io.millrace.connect.file;

import java.io.IOException;
import java.io.InputStream;

/** Reads lines. */
final class LineReader implements EntryReader {
    private final InputStream in;
    private final RecordSplitter splitter;
    private long records;

    /** @param in at the position */
    LineReader(InputStream in, Position from, int largest) {
        this.in = in;
        this.splitter = RecordSplitter.lines(in, from.bytes(), largest);
        this.records = from.records();
    }

    @Override
    public Entry next() throws IOException, BrokenObject {
        RecordSplitter.Piece piece = Broken.guard(splitter::next);
        if (piece == null) {
            return null;
        }
        Entry.Content content = piece.bytes() == null
                ? new Entry.Malformed(splitter.reason(piece), piece.beginning())
                : new Entry.Text(piece.bytes());
        return new Entry(piece.start(), new Position(piece.after(), ++records), content, piece.terminated());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
