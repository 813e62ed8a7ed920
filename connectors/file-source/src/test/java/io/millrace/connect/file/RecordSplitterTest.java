package io.millrace.connect.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RecordSplitterTest {
    private static final int LARGEST = 200;

    @Property(tries = 300)
    void linesComeAsTheyWereWrittenFromWhereverTheReaderGoesOn(
            @ForAll("lines") List<String> lines, @ForAll boolean windows, @ForAll long seed) throws IOException {
        String end = windows ? "\r\n" : "\n";
        byte[] content = (String.join(end, lines) + end).getBytes(StandardCharsets.UTF_8);
        List<String> wanted = lines.stream().filter(line -> !line.isBlank()).toList();
        List<RecordSplitter.Piece> pieces = all(RecordSplitter.lines(slow(content, 0, seed), 0, 1 << 20));
        assertThat(pieces).extracting(RecordSplitterTest::text).isEqualTo(wanted);
        for (int i = 0; i < pieces.size(); i++) {
            int position = (int) pieces.get(i).after();
            assertThat(all(RecordSplitter.lines(slow(content, position, seed), position, 1 << 20)))
                    .extracting(RecordSplitterTest::text)
                    .isEqualTo(wanted.subList(i + 1, wanted.size()));
        }
    }

    @Property(tries = 300)
    void rowsComeAsTheyWereWrittenFromWhereverTheReaderGoesOn(
            @ForAll("rows") List<List<String>> rows, @ForAll boolean windows, @ForAll long seed)
            throws IOException, MalformedRecord {
        String end = windows ? "\r\n" : "\n";
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            text.append(written(row)).append(end);
        }
        byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
        List<RecordSplitter.Piece> pieces = all(RecordSplitter.csv(slow(content, 0, seed), 0, 1 << 20, ','));
        assertThat(cells(pieces)).isEqualTo(rows);
        for (int i = 0; i < pieces.size(); i++) {
            int position = (int) pieces.get(i).after();
            assertThat(cells(all(RecordSplitter.csv(slow(content, position, seed), position, 1 << 20, ','))))
                    .isEqualTo(rows.subList(i + 1, rows.size()));
        }
    }

    @Property(tries = 500)
    void anyBytesAreCutIntoPiecesThatFollowEachOtherAndAreNotTooLarge(
            @ForAll byte[] noise, @ForAll("structure") List<String> structure, @ForAll boolean csv, @ForAll long seed)
            throws IOException {
        byte[] content = (new String(noise, StandardCharsets.ISO_8859_1) + String.join("", structure))
                .getBytes(StandardCharsets.ISO_8859_1);
        RecordSplitter splitter = csv
                ? RecordSplitter.csv(slow(content, 0, seed), 0, LARGEST, ',')
                : RecordSplitter.lines(slow(content, 0, seed), 0, LARGEST);
        long before = 0;
        for (RecordSplitter.Piece piece : all(splitter)) {
            assertThat(piece.start()).isGreaterThanOrEqualTo(before);
            assertThat(piece.after()).isGreaterThan(piece.start());
            if (piece.bytes() != null) {
                assertThat(piece.bytes()).hasSizeLessThanOrEqualTo(LARGEST + 1);
                assertThat(piece.bytes())
                        .isEqualTo(Arrays.copyOfRange(
                                content, (int) piece.start(), (int) piece.start() + piece.bytes().length));
            } else {
                assertThat(splitter.reason(piece)).isNotBlank();
            }
            before = piece.after();
        }
    }

    @Test
    void aQuoteThatIsNeverClosedCostsItsOwnLineOnly() throws IOException {
        String text = "1,\"open\n" + "2,b\n".repeat(LARGEST) + "3,c\n";
        List<RecordSplitter.Piece> pieces = all(
                RecordSplitter.csv(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 0, LARGEST, ','));
        assertThat(pieces).hasSize(LARGEST + 2);
        assertThat(pieces.get(0).bytes()).isNull();
        assertThat(pieces.get(0).beginning()).asString().isEqualTo("1,\"open");
        assertThat(text(pieces.get(LARGEST + 1))).isEqualTo("3,c");
    }

    @Test
    void aLineThatIsTooLargeIsLeftOutAndTheNextOneIsNot() throws IOException {
        String text = "a\n" + "x".repeat(1 << 20) + "\nb";
        RecordSplitter splitter =
                RecordSplitter.lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 0, LARGEST);
        List<RecordSplitter.Piece> pieces = all(splitter);
        assertThat(pieces).hasSize(3);
        assertThat(pieces.get(1).bytes()).isNull();
        assertThat(splitter.reason(pieces.get(1))).contains("max.record.bytes=" + LARGEST);
        assertThat(text(pieces.get(2))).isEqualTo("b");
        assertThat(pieces.get(2).terminated()).isFalse();
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
        byte[] content = "\uFEFFa\nb\n".getBytes(StandardCharsets.UTF_8);
        assertThat(all(RecordSplitter.lines(new ByteArrayInputStream(content), 0, LARGEST)))
                .extracting(RecordSplitterTest::text)
                .containsExactly("a", "b");
    }

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.strings()
                .withChars("ab \tä€{}\",")
                .ofMaxLength(12)
                .list()
                .ofMaxSize(12);
    }

    @Provide
    Arbitrary<List<List<String>>> rows() {
        Arbitrary<String> cell =
                Arbitraries.strings().withChars("ab\n,\"\r ä€").ofMaxLength(8).injectNull(0.1);
        // A row of one empty cell is a blank line.
        return cell.list().ofMinSize(2).ofMaxSize(4).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<List<String>> structure() {
        return Arbitraries.of("\n", "\r\n", "\"", "\"\"", ",", "x", "x".repeat(150), "\"\n\"")
                .list()
                .ofMaxSize(40);
    }

    private static String written(List<String> row) {
        return row.stream()
                .map(cell -> cell == null ? "" : "\"" + cell.replace("\"", "\"\"") + "\"")
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
    }

    private static List<List<String>> cells(List<RecordSplitter.Piece> pieces) throws MalformedRecord {
        List<List<String>> rows = new ArrayList<>();
        for (RecordSplitter.Piece piece : pieces) {
            rows.add(CsvRow.cells(text(piece), ','));
        }
        return rows;
    }

    private static List<RecordSplitter.Piece> all(RecordSplitter splitter) throws IOException {
        List<RecordSplitter.Piece> all = new ArrayList<>();
        for (RecordSplitter.Piece piece = splitter.next(); piece != null; piece = splitter.next()) {
            all.add(piece);
        }
        return all;
    }

    private static String text(RecordSplitter.Piece piece) {
        return new String(piece.bytes(), StandardCharsets.UTF_8);
    }

    /** Gives a few bytes at a time, as a network does. */
    private static InputStream slow(byte[] content, int from, long seed) {
        Random random = new Random(seed);
        return new ByteArrayInputStream(content, from, content.length - from) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(7)));
            }
        };
    }
}
