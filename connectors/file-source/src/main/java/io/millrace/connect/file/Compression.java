package io.millrace.connect.file;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** How the content of an object is compressed. */
enum Compression {
    NONE {
        @Override
        InputStream open(InputStream stored) {
            return stored;
        }
    },
    GZIP {
        @Override
        InputStream open(InputStream stored) throws IOException {
            return GzipCompressorInputStream.builder()
                    .setInputStream(new BufferedInputStream(stored, BUFFER))
                    .setDecompressConcatenated(true)
                    .get();
        }
    },
    ZSTD {
        @Override
        InputStream open(InputStream stored) throws IOException {
            return new ZstdInputStream(stored).setContinuous(false);
        }
    };

    private static final int BUFFER = 64 << 10;

    abstract InputStream open(InputStream stored) throws IOException;

    /** What a file's name says. */
    static Compression of(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        if (name.endsWith(".gz") || name.endsWith(".gzip")) {
            return GZIP;
        }
        return name.endsWith(".zst") || name.endsWith(".zstd") ? ZSTD : NONE;
    }
}
