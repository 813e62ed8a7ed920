package io.millrace.connect.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * How objects are read.
 *
 * @param compression empty when an object's name says it
 * @param columns of CSV; empty when the first row has them
 * @param largest bytes of a line
 * @param largestGroup bytes of a row group
 */
record ContentPlan(
        Format format,
        Optional<Compression> compression,
        char delimiter,
        List<String> columns,
        int largest,
        long largestGroup) {

    private Compression compressionOf(StoredObject object) {
        return format.isText() ? compression.orElseGet(() -> Compression.of(object.path())) : Compression.NONE;
    }

    /** Whether what is there can be read before its writer is done. */
    boolean growsReadably(StoredObject object) {
        return format.isText() && compressionOf(object) == Compression.NONE;
    }

    /**
     * A reader that goes on at a position.
     *
     * @param wanted schema that Avro and Parquet records are read into; empty for their own
     * @throws BrokenObject when the content is not of the format, or ends before the position
     */
    EntryReader open(Store store, StoredObject object, Position from, Optional<WantedSchema> wanted)
            throws IOException, BrokenObject {
        EntryReader reader =
                switch (format) {
                    case AVRO -> {
                        InputStream in = store.open(object, 0);
                        yield opened(in, () -> new AvroReader(in, from, wanted));
                    }
                    case PARQUET -> new ParquetReader(new ParquetObject(store, object), from, wanted, largestGroup);
                    case CSV -> csv(store, object, from);
                    default -> {
                        Position known = known(from);
                        yield new LineReader(content(store, object, known.bytes()), known, largest);
                    }
                };
        try {
            if (from.bytes() == FileOffset.UNKNOWN && format.isText()) {
                skip(reader, from.records());
            }
            return reader;
        } catch (IOException | BrokenObject e) {
            reader.close();
            throw e;
        }
    }

    private static Position known(Position from) {
        return from.bytes() == FileOffset.UNKNOWN ? Position.START : from;
    }

    private static void skip(EntryReader reader, long records) throws IOException, BrokenObject {
        for (long i = 0; i < records; i++) {
            if (reader.next() == null) {
                return;
            }
        }
    }

    private EntryReader csv(Store store, StoredObject object, Position given) throws IOException, BrokenObject {
        Position from = known(given);
        if (!columns.isEmpty()) {
            return new CsvReader(content(store, object, from.bytes()), from, largest, delimiter, columns);
        }
        CsvReader.Header header;
        try (InputStream in = content(store, object, 0)) {
            header = CsvReader.header(in, largest, delimiter);
        }
        if (header == null || header.after() < 0) {
            return new NoRecords();
        }
        Position start = new Position(Math.max(from.bytes(), header.after()), from.records());
        return new CsvReader(content(store, object, start.bytes()), start, largest, delimiter, header.columns());
    }

    private InputStream content(Store store, StoredObject object, long position) throws IOException, BrokenObject {
        Compression how = compressionOf(object);
        InputStream stored = store.open(object, how == Compression.NONE ? position : 0);
        if (how == Compression.NONE || object.size() == 0) {
            return stored;
        }
        return opened(
                stored,
                () -> Broken.guard(() -> {
                    InputStream content = how.open(stored);
                    try {
                        content.skipNBytes(position);
                    } catch (EOFException e) {
                        throw new EOFException("it ends before position " + position + " or is cut off");
                    }
                    return content;
                }));
    }

    private interface Opening<T> {
        T open() throws IOException, BrokenObject;
    }

    /** What opens on top of a stream closes it when it fails. */
    private static <T> T opened(InputStream in, Opening<T> opening) throws IOException, BrokenObject {
        try {
            return opening.open();
        } catch (IOException | BrokenObject | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** A file that has no row yet. */
    private record NoRecords() implements EntryReader {
        @Override
        public Entry next() {
            return null;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
