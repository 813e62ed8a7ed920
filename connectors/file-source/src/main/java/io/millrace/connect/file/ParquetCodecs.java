package io.millrace.connect.file;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * The compressions of Parquet's pages. Parquet's own factory goes through Hadoop's, which wants the whole of Hadoop on the
 * class path. A page says how large it is, and nothing larger is ever made of it.
 */
final class ParquetCodecs implements CompressionCodecFactory {
    private final long largest;

    /** @param largest bytes of a page, decompressed */
    ParquetCodecs(long largest) {
        this.largest = largest;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return switch (codec) {
            case UNCOMPRESSED -> new Pages(largest, (page, size) -> page);
            case SNAPPY ->
                new Pages(largest, (page, size) -> {
                    byte[] out = new byte[size];
                    require(Snappy.uncompressedLength(page) == size);
                    require(Snappy.uncompress(page, 0, page.length, out, 0) == size);
                    return out;
                });
            case GZIP ->
                new Pages(largest, (page, size) -> {
                    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(page))) {
                        byte[] out = in.readNBytes(size);
                        require(out.length == size);
                        return out;
                    }
                });
            case ZSTD ->
                new Pages(largest, (page, size) -> {
                    byte[] out = new byte[size];
                    long count = Zstd.decompressByteArray(out, 0, size, page, 0, page.length);
                    require(!Zstd.isError(count) && count == size);
                    return out;
                });
            case LZ4_RAW ->
                new Pages(largest, (page, size) -> {
                    byte[] out = new byte[size];
                    require(new io.airlift.compress.lz4.Lz4Decompressor().decompress(page, 0, page.length, out, 0, size)
                            == size);
                    return out;
                });
            default ->
                throw new UnsupportedOperationException("pages are compressed with " + codec
                        + "; there are uncompressed, snappy, gzip, zstd and lz4_raw");
        };
    }

    private static void require(boolean well) throws IOException {
        if (!well) {
            throw new IOException("a page is not as large as it says");
        }
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("nothing is written");
    }

    @Override
    public void release() {
        // Nothing is kept.
    }

    @FunctionalInterface
    private interface Inflating {
        byte[] inflate(byte[] page, int size) throws IOException;
    }

    private record Pages(long largest, Inflating inflating) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            check(decompressedSize);
            return BytesInput.from(inflating.inflate(bytes.toByteArray(), decompressedSize));
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            check(decompressedSize);
            byte[] page = new byte[compressedSize];
            input.get(page);
            output.put(inflating.inflate(page, decompressedSize));
        }

        private void check(int size) throws IOException {
            if (size < 0 || size > largest) {
                throw new IOException("a page has " + size + " bytes, more than " + FileKeys.MAX_ROW_GROUP_BYTES);
            }
        }

        @Override
        public void release() {
            // Nothing is kept.
        }
    }
}
