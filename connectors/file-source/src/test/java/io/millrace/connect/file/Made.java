package io.millrace.connect.file;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.xerial.snappy.Snappy;

/** Files as other programs write them. */
final class Made {
    static final Schema ORDER = SchemaBuilder.record("Order")
            .namespace("shop")
            .fields()
            .requiredLong("id")
            .requiredString("visitor")
            .optionalDouble("total")
            .name("tags")
            .type()
            .array()
            .items()
            .stringType()
            .noDefault()
            .endRecord();

    private Made() {}

    /** {@code {"n":0,"text":"..."}} and so on. */
    static List<String> json(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"n\":" + i + ",\"text\":\"" + "x".repeat(i % 50) + "\"}")
                .toList();
    }

    static byte[] text(List<String> lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] zstd(byte[] content) {
        return Zstd.compress(content);
    }

    static byte[] both(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    static List<GenericRecord> orders(int count) {
        List<GenericRecord> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GenericRecord order = new GenericData.Record(ORDER);
            order.put("id", (long) i);
            order.put("visitor", "v" + i % 7);
            order.put("total", i % 3 == 0 ? null : i / 4.0);
            order.put("tags", List.of("t" + i, "é"));
            orders.add(order);
        }
        return orders;
    }

    static byte[] avro(List<GenericRecord> records, CodecFactory codec) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
            writer.setCodec(codec).setSyncInterval(300);
            writer.create(records.get(0).getSchema(), out);
            for (GenericRecord record : records) {
                writer.append(record);
            }
        }
        return out.toByteArray();
    }

    /** With row groups of about a hundred records. */
    static byte[] parquet(List<GenericRecord> records, CompressionCodecName codec) throws IOException {
        Path file = Files.createTempDirectory("parquet").resolve("made.parquet");
        try (ParquetWriter<GenericRecord> writer = AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withDataModel(GenericData.get())
                .withSchema(records.get(0).getSchema())
                .withCodecFactory(new Compressing())
                .withCompressionCodec(codec)
                .withRowGroupSize(2_000L)
                .withMinRowCountForPageSizeCheck(50)
                .withMaxRowCountForPageSizeCheck(50)
                .build()) {
            for (GenericRecord record : records) {
                writer.write(record);
            }
        }
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        Files.delete(file.getParent());
        return content;
    }

    /** Parquet's own factory wants Hadoop. */
    private static final class Compressing implements CompressionCodecFactory {
        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            return new BytesInputCompressor() {
                @Override
                public BytesInput compress(BytesInput bytes) throws IOException {
                    byte[] page = bytes.toByteArray();
                    return BytesInput.from(
                            switch (codec) {
                                case SNAPPY -> Snappy.compress(page);
                                case GZIP -> gzip(page);
                                case ZSTD -> zstd(page);
                                default -> page;
                            });
                }

                @Override
                public CompressionCodecName getCodecName() {
                    return codec;
                }

                @Override
                public void release() {
                    // Nothing is kept.
                }
            };
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void release() {
            // Nothing is kept.
        }
    }
}
