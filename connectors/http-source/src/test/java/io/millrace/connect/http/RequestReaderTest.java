package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.format.Inflater;
import io.millrace.connect.http.limits.ByteBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {
    private static final String AVRO =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":\"string\"}]}";

    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final Limits limits = new Limits(10_000, 3, 100, 1_000);
    private final RequestReader reader =
            new RequestReader(limits, EventRules.STRICT, Optional.empty(), Clock.systemUTC());
    private final EventReader events = Contracts.reader(AVRO);
    private final ClientFacts client = new ClientFacts("10.1.2.3", "curl/8", "");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"f\":\"a\"},{\"f\":\"b\"}]",
                "{\"f\":\"a\"}\n{\"f\":\"b\"}\n",
                "{\"f\":\"a\"}\r\n\r\n{\"f\":\"b\"}",
                " [ {\"f\" : \"a\"} , {\"f\":\"b\"} ] ",
                "\uFEFF[{\"f\":\"a\"},{\"f\":\"b\"}]"
            })
    void arraysAndLinesAreReadAlike(String body) throws Rejection {
        assertThat(read(body)).extracting(event -> event.value().getString("f")).containsExactly("a", "b");
    }

    @Test
    void oneObjectIsOneEvent() throws Rejection {
        assertThat(read("{\"f\":\"a\"}")).hasSize(1);
    }

    @Test
    void anEmptyArrayAsksForNothing() throws Rejection {
        assertThat(read("[]")).isEmpty();
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThat(refused(" \n"))
                .extracting(Rejection::status, Rejection::reason)
                .containsExactly(400, "the body is empty; send an object, an array or NDJSON");
    }

    @Test
    void brokenJsonIsRefusedWithLineAndColumn() {
        Rejection rejection = refused("{\"f\":\"a\"}\n{\"f\" \"b\"}");
        assertThat(rejection.status()).isEqualTo(400);
        assertThat(rejection.error()).isEqualTo("malformed_json");
        assertThat(rejection.index()).isEqualTo(1);
        assertThat(rejection.line()).isEqualTo(2);
        assertThat(rejection.column()).isBetween(5, 7);
        assertThat(rejection.reason()).contains("colon").doesNotContain("Source");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"f\":\"a\"",
                "{\"f\":\"a",
                "[{\"f\":\"a\"}",
                "[{\"f\":\"a\"}] x",
                "[{\"f\":\"a\"}]{\"f\":\"a\"}",
                "{\"f\":\"a\"} x",
                "{'f':1}",
                "{\"f\":\"a\"},",
                "}"
            })
    void whatIsNotJsonIsRefused(String body) {
        assertThat(refused(body).error()).isEqualTo("malformed_json");
    }

    @Test
    void invalidUtf8IsRefused() {
        byte[] body = "{\"f\":\"?\"}".getBytes(StandardCharsets.US_ASCII);
        body[6] = (byte) 0xc3;
        assertThat(refused(body, false).error()).isEqualTo("malformed_json");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        assertThat(refused("[".repeat(5_000)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"a\"", "null", "[1]", "[[]]", "[{\"f\":\"a\"},null]"})
    void whatIsNoObjectIsRefused(String body) {
        assertThat(refused(body).reason()).startsWith("must be an object, not ");
    }

    @Test
    void tooManyEventsAreRefused() {
        assertThat(refused("{\"f\":\"a\"}".repeat(4)))
                .extracting(Rejection::status, Rejection::reason)
                .containsExactly(413, "a request may have at most 3 events; send fewer at a time");
    }

    @Test
    void anEventThatIsTooLargeIsRefusedByIndex() {
        Rejection rejection = refused("{\"f\":\"a\"}\n{\"f\":\"" + "a".repeat(100) + "\"}");
        assertThat(rejection.status()).isEqualTo(413);
        assertThat(rejection.index()).isEqualTo(1);
    }

    @Test
    void anEventOfExactlyTheLimitPasses() throws Rejection {
        assertThat(read("{\"f\":\"" + "a".repeat(92) + "\"}")).hasSize(1);
        assertThat(refused("{\"f\":\"" + "a".repeat(93) + "\"}").status()).isEqualTo(413);
    }

    @Test
    void gzipIsInflated() throws Exception {
        byte[] body = gzip("{\"f\":\"a\"}");
        assertThat(reader.read(plan(events, Optional.of(Inflater.GZIP)), body, 0, body.length, client, budget.lease())
                        .events())
                .hasSize(1);
    }

    @Test
    void gzipThatInflatesBeyondTheLimitIsRefused() throws Exception {
        assertThat(refused(gzip(" ".repeat(20_000)), true))
                .extracting(Rejection::status, Rejection::reason)
                .containsExactly(413, "the inflated body is larger than 10000 bytes");
    }

    @Test
    void whatIsNotGzipIsRefused() throws Exception {
        assertThat(refused("{\"f\":\"a\"}".getBytes(StandardCharsets.UTF_8), true)
                        .reason())
                .startsWith("the body is not valid gzip: ");
        byte[] whole = gzip("{\"f\":\"a\"}");
        assertThat(refused(java.util.Arrays.copyOf(whole, whole.length - 10), true)
                        .status())
                .isEqualTo(400);
    }

    @Test
    void eventsAreRefusedWhenNoMemoryIsLeftForThem() {
        ByteBudget small = new ByteBudget(Limits.RECORD_OVERHEAD + 1);
        byte[] body = "{\"f\":\"a\"}{\"f\":\"a\"}".getBytes(StandardCharsets.UTF_8);
        Rejection rejection = catchThrowableOfType(
                Rejection.class,
                () -> reader.read(plan(events, Optional.empty()), body, 0, body.length, client, small.lease()));
        assertThat(rejection.status()).isEqualTo(503);
    }

    @Test
    void elementsBeyondTheMemoryAreRefusedAndNotHeld() {
        EventReader numbers = Contracts.reader(
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":{\"type\":\"array\",\"items\":\"int\"}}]}");
        byte[] body = ("{\"f\":[" + "1,".repeat(4_000) + "1]}").getBytes(StandardCharsets.UTF_8);
        Limits wide = new Limits(100_000, 3, 100_000, 1_000);
        RequestReader wideReader = new RequestReader(wide, EventRules.STRICT, Optional.empty(), Clock.systemUTC());
        ByteBudget small = new ByteBudget(50_000);
        Rejection never = catchThrowableOfType(
                Rejection.class,
                () -> wideReader.read(plan(numbers, Optional.empty()), body, 0, body.length, client, small.lease()));
        assertThat(never.status()).isEqualTo(413);
        assertThat(never.reason()).contains("more elements than max.in.flight.bytes has room for");
        assertThat(small.used()).isLessThanOrEqualTo(50_000);
        ByteBudget busy = new ByteBudget(200_000);
        busy.lease().grow(150_000);
        assertThat(catchThrowableOfType(
                                Rejection.class,
                                () -> wideReader.read(
                                        plan(numbers, Optional.empty()), body, 0, body.length, client, busy.lease()))
                        .status())
                .isEqualTo(503);
    }

    private List<Event> read(String body) throws Rejection {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return reader.read(plan(events, Optional.empty()), bytes, 0, bytes.length, client, budget.lease())
                .events();
    }

    private static BodyPlan plan(EventReader events, Optional<Inflater> inflater) {
        return new BodyPlan(
                BodyPlan.Form.JSON,
                new EventKind("events", null, events),
                Optional.empty(),
                inflater,
                Map.of(),
                Map.of(),
                false);
    }

    private Rejection refused(String body) {
        return refused(body.getBytes(StandardCharsets.UTF_8), false);
    }

    private Rejection refused(byte[] body, boolean gzip) {
        Rejection rejection = catchThrowableOfType(Rejection.class, () -> {
            if (gzip) {
                reader.read(plan(events, Optional.of(Inflater.GZIP)), body, 0, body.length, client, budget.lease());
            } else {
                reader.read(plan(events, Optional.empty()), body, 0, body.length, client, budget.lease());
            }
        });
        assertThat(rejection).as("a rejection").isNotNull();
        return rejection;
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
