package io.millrace.connect.file;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads a Parquet file, a row group at a time. A row group is in memory as a whole, compressed, which is how the format is
 * meant to be read; one that is larger than allowed breaks the object.
 */
final class ParquetReader implements EntryReader {
    /** Where {@link AvroReadSupport} looks for the schema; its own setter wants Hadoop's configuration. */
    private static final String READ_SCHEMA = "parquet.avro.read.schema";

    private final ParquetFileReader file;
    private final PlainParquetConfiguration settings = new PlainParquetConfiguration();
    private final AvroReadSupport<GenericRecord> support = new AvroReadSupport<>(GenericData.get());
    private final MessageType fileSchema;
    private final ReadSupport.ReadContext context;
    private final MessageType columns;
    private final long largestGroup;
    private int group;
    private long leftInGroup;
    private RecordReader<GenericRecord> rows;
    private long records;

    /**
     * @param wanted the schema that the records are read into; empty for the file's own
     * @param largestGroup bytes that a row group may take, as stored
     */
    ParquetReader(InputFile object, Position from, Optional<WantedSchema> wanted, long largestGroup)
            throws IOException, BrokenObject {
        this.largestGroup = Math.min(largestGroup, object.getLength());
        settings.setBoolean(AvroReadSupport.READ_INT96_AS_FIXED, true);
        settings.setBoolean(AvroSchemaConverter.ADD_LIST_ELEMENT_RECORDS, false);
        wanted.ifPresent(schema -> settings.set(READ_SCHEMA, schema.schema().toString()));
        this.file = Broken.guard(() -> ParquetFileReader.open(
                object,
                ParquetReadOptions.builder(settings)
                        .withCodecFactory(new ParquetCodecs(largestGroup))
                        .build()));
        try {
            this.fileSchema = file.getFileMetaData().getSchema();
            this.context = Broken.guard(() -> support.init(new InitContext(
                    settings,
                    file.getFileMetaData().getKeyValueMetaData().entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, entry -> Set.of(entry.getValue()))),
                    fileSchema)));
            this.columns = wanted.isPresent() ? columnsOf(wanted.get()) : fileSchema;
            file.setRequestedSchema(columns);
            skipTo(from.records());
        } catch (IOException | BrokenObject | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Those of the file that the schema has; defaults stand for the others. */
    private MessageType columnsOf(WantedSchema wanted) throws BrokenObject {
        wanted.check(fileSchema.getFields().stream().map(Type::getName).toList());
        return new MessageType(
                fileSchema.getName(),
                fileSchema.getFields().stream()
                        .filter(field -> wanted.schema().getField(field.getName()) != null)
                        .toList());
    }

    private void skipTo(long record) throws IOException, BrokenObject {
        while (group < file.getRowGroups().size()
                && records + file.getRowGroups().get(group).getRowCount() <= record) {
            records += file.getRowGroups().get(group).getRowCount();
            group++;
            Broken.guard(file::skipNextRowGroup);
        }
        while (records < record && next() != null) {
            // Rows of the group that was begun.
        }
    }

    @Override
    public Entry next() throws IOException, BrokenObject {
        while (leftInGroup == 0) {
            if (group == file.getRowGroups().size()) {
                return null;
            }
            nextGroup(file.getRowGroups().get(group++));
        }
        GenericRecord record = Broken.guard(rows::read);
        leftInGroup--;
        return new Entry(0, new Position(0, ++records), new Entry.Fields(record), true);
    }

    private void nextGroup(BlockMetaData found) throws IOException, BrokenObject {
        if (found.getCompressedSize() > largestGroup) {
            throw new BrokenObject("a row group has " + found.getCompressedSize() + " bytes, more than the file or "
                    + FileKeys.MAX_ROW_GROUP_BYTES);
        }
        PageReadStore pages = Broken.guard(file::readNextRowGroup);
        MessageColumnIO io =
                new ColumnIOFactory(file.getFileMetaData().getCreatedBy()).getColumnIO(columns, fileSchema, true);
        rows = Broken.guard(() -> io.getRecordReader(
                pages,
                support.prepareForRead(
                        settings,
                        file.getFileMetaData().getKeyValueMetaData(),
                        fileSchema,
                        new ReadSupport.ReadContext(columns, context.getReadSupportMetadata()))));
        leftInGroup = pages.getRowCount();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
