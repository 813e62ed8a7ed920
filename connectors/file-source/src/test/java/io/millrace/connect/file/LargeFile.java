package io.millrace.connect.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * A gzipped NDJSON file whose records count up, {@code {"n":0,...}}, and hold text that does not compress well.
 *
 * @param stored bytes of the file
 * @param plain bytes of its content
 */
record LargeFile(long records, long stored, long plain) {
    private static final int TEXT = 480;

    /** At least as large as is wanted, in two members, as when somebody has appended to it. */
    static LargeFile write(Path file, long wanted) throws IOException {
        Random random = new Random(7);
        long[] records = {0};
        long plain = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
            for (int member = 1; member <= 2; member++) {
                plain += member(out, file, wanted * member / 2, records, random);
            }
        }
        return new LargeFile(records[0], Files.size(file), plain);
    }

    private static long member(OutputStream out, Path file, long until, long[] records, Random random)
            throws IOException {
        GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16) {
            {
                def.setLevel(1);
            }
        };
        long plain = 0;
        byte[] noise = new byte[TEXT];
        while (records[0] % 1_000 != 0 || Files.size(file) < until) {
            random.nextBytes(noise);
            byte[] line = ("{\"n\":" + records[0]++ + ",\"text\":\""
                            + Base64.getEncoder().encodeToString(noise) + "\"}\n")
                    .getBytes(StandardCharsets.US_ASCII);
            gzip.write(line);
            plain += line.length;
        }
        gzip.finish();
        return plain;
    }
}
