package io.millrace.connect.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/** Reads an Avro container file. Blocks that were read before are passed over without being decoded. */
final class AvroReader implements EntryReader {
    private final DataFileStream<GenericRecord> file;
    private long records;

    /** @param wanted the schema that the records are read into; empty for the file's own */
    AvroReader(InputStream in, Position from, Optional<WantedSchema> wanted) throws IOException, BrokenObject {
        GenericDatumReader<GenericRecord> datums = new GenericDatumReader<>();
        wanted.ifPresent(schema -> datums.setExpected(schema.schema()));
        this.file = Broken.guard(() -> new DataFileStream<>(in, datums));
        if (wanted.isPresent()) {
            wanted.get()
                    .check(file.getSchema().getFields().stream()
                            .map(Schema.Field::name)
                            .toList());
        }
        Broken.guard(() -> {
            while (records < from.records() && file.hasNext()) {
                long left = from.records() - records;
                if (file.getBlockCount() <= left) {
                    records += file.getBlockCount();
                    file.nextBlock();
                } else {
                    file.next();
                    records++;
                }
            }
            return null;
        });
    }

    @Override
    public Entry next() throws IOException, BrokenObject {
        GenericRecord record = Broken.guard(() -> file.hasNext() ? file.next() : null);
        return record == null ? null : new Entry(0, new Position(0, ++records), new Entry.Fields(record), true);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
