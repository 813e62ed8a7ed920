package io.millrace.connect.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.format.CombinedLog;
import io.millrace.schemas.Catalogue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.file.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Damaged files of every format: the readers give records, or say that the object is broken, and nothing else comes out of
 * them; and from any place they go on from.
 */
class FuzzTest {
    private static final int LARGEST = 10_000;
    private static final List<byte[]> GOOD = good();

    private static List<byte[]> good() {
        try {
            byte[] json = Made.text(Made.json(200));
            return List.of(
                    json,
                    Made.gzip(json),
                    Made.zstd(json),
                    "a,b\n1,\"2\n\"\"3\"\n4,5\n".repeat(50).getBytes(StandardCharsets.UTF_8),
                    Made.avro(Made.orders(100), CodecFactory.deflateCodec(6)),
                    Made.parquet(Made.orders(200), CompressionCodecName.SNAPPY),
                    Made.parquet(Made.orders(200), CompressionCodecName.ZSTD));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Property(tries = 600)
    void damagedFilesGiveRecordsOrSayThatTheyAreBroken(
            @ForAll long seed, @ForAll @IntRange(max = 6) int kind, @ForAll @IntRange(max = 250) int from)
            throws IOException {
        Random random = new Random(seed);
        byte[] content = GOOD.get(kind).clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
            content[random.nextInt(content.length)] = (byte) random.nextInt(256);
        }
        if (random.nextBoolean()) {
            content = Arrays.copyOf(content, random.nextInt(content.length + 1));
        }
        read(kind, content, new Position(kind < 4 ? from * 10L : 0, from));
    }

    @Property(tries = 300)
    void anyBytesGiveRecordsOrSayThatTheyAreBroken(
            @ForAll @Size(max = 300) byte[] content, @ForAll @IntRange(max = 6) int kind) throws IOException {
        read(kind, content, Position.START);
    }

    @Property(tries = 500)
    void anyTextGivesAnEventOrAReason(@ForAll @Size(max = 200) byte[] line) {
        try {
            assertThat(CombinedLog.parse(line).event()).containsKey("event_time");
        } catch (CombinedLog.NotCombined reason) {
            assertThat(reason.getMessage()).isNotBlank();
        }
        Values contract = contract();
        try {
            assertThat(contract.of(new Entry.Text(line), "id").value()).isNotNull();
        } catch (MalformedRecord reason) {
            assertThat(reason.reason()).isNotBlank();
        } catch (BrokenObject impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Values contract() {
        return new JsonValues(
                        ContractReader.of(
                                Catalogue.read(Path.of("src/test/contracts")).require("test.visits")),
                        false,
                        LARGEST,
                        Clock.systemUTC())
                .ofJson();
    }

    private static void read(int kind, byte[] content, Position from) throws IOException {
        Format format = kind < 3 ? Format.NDJSON : kind == 3 ? Format.CSV : kind == 4 ? Format.AVRO : Format.PARQUET;
        Compression compression = kind == 1 ? Compression.GZIP : kind == 2 ? Compression.ZSTD : Compression.NONE;
        ContentPlan plan = new ContentPlan(format, Optional.of(compression), ',', List.of(), LARGEST, 1 << 20);
        StoredObject object = new StoredObject("id", "path", "1", content.length, 0);
        long before = from.records();
        try (EntryReader reader = plan.open(new InMemory(content), object, from, Optional.empty())) {
            for (Entry entry = reader.next(); entry != null; entry = reader.next()) {
                assertThat(entry.after().records()).isEqualTo(++before);
                assertThat(entry.content().size()).isNotNegative();
                // Each record of a damaged file is a byte or more, so there is an end to them.
                assertThat(before - from.records()).isLessThan(LARGEST);
            }
        } catch (BrokenObject reason) {
            assertThat(reason.getMessage()).isNotBlank();
        }
    }

    /** Only what a reader asks for. */
    private record InMemory(byte[] content) implements Store {
        @Override
        public InputStream open(StoredObject object, long position) {
            int from = (int) Math.min(position, content.length);
            return new ByteArrayInputStream(content, from, content.length - from);
        }

        @Override
        public void list(Predicate<String> wanted, Visitor visitor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String fingerprint(StoredObject object) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean matches(StoredObject object, String fingerprint) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isAtomic() {
            return true;
        }

        @Override
        public void delete(StoredObject object) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void move(StoredObject object, String target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void check() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
