package io.millrace.local.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class CombinedFormatTest {
    private static final String START = "83.149.9.216 - - [17/May/2015:10:05:03 +0000] ";

    private final CombinedFormat format = new CombinedFormat();

    @Test
    void aPlainLineGivesEveryField() throws MalformedLine {
        ObjectNode event =
                parse(START + "\"GET /a/b.png HTTP/1.1\" 200 203023 \"http://x.org/\" \"Mozilla/5.0 (X11)\"");
        assertThat(event.toString())
                .isEqualTo("{\"event_time\":\"2015-05-17T10:05:03Z\",\"event_type\":\"page_view\","
                        + "\"user_id\":\"83.149.9.216\",\"page\":\"/a/b.png\",\"method\":\"GET\",\"status\":200,"
                        + "\"bytes\":203023,\"referrer\":\"http://x.org/\",\"user_agent\":\"Mozilla/5.0 (X11)\","
                        + "\"address\":\"83.149.9.216\"}");
    }

    @Test
    void aDashIsNoValue() throws MalformedLine {
        ObjectNode event = parse(START + "\"GET / HTTP/1.1\" 304 - \"-\" \"-\"");
        assertThat(event.path("bytes").isNull()).isTrue();
        assertThat(event.path("referrer").isNull()).isTrue();
        assertThat(event.path("user_agent").isNull()).isTrue();
        assertThat(event.path("status").asInt()).isEqualTo(304);
    }

    @Test
    void theTimeZoneOfTheServerCounts() throws MalformedLine {
        assertThat(parse("10.0.0.1 - - [01/Sep/2024:23:30:00 -0230] \"GET / HTTP/1.1\" 200 1")
                        .path("event_time")
                        .asText())
                .isEqualTo("2024-09-02T02:00:00Z");
        assertThat(parse("10.0.0.1 - - [2024-09-01T23:30:00+02:00] \"GET / HTTP/1.1\" 200 1")
                        .path("event_time")
                        .asText())
                .isEqualTo("2024-09-01T21:30:00Z");
    }

    @Test
    void escapedAndUnescapedQuotesStayInTheirField() throws MalformedLine {
        ObjectNode event =
                parse(START + "\"GET /q HTTP/1.1\" 200 5 \"http://x/?a=\\\"b\\\"\" \"an \\\"odd\\\" \\\\agent\"");
        assertThat(event.path("referrer").asText()).isEqualTo("http://x/?a=\"b\"");
        assertThat(event.path("user_agent").asText()).isEqualTo("an \"odd\" \\agent");
        assertThat(parse(START + "\"GET /q HTTP/1.1\" 200 5 \"-\" \"x=\"y\";z\"")
                        .path("user_agent")
                        .asText())
                .isEqualTo("x=\"y\";z");
    }

    @Test
    void aLineThatWasCutOffGivesWhatIsThere() throws MalformedLine {
        assertThat(parse(START + "\"GET /q HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0 (compatible; Goo")
                        .path("user_agent")
                        .asText())
                .isEqualTo("Mozilla/5.0 (compatible; Goo");
        ObjectNode bare = parse(START.strip());
        assertThat(bare.path("page").asText()).isEqualTo("-");
        assertThat(bare.path("status").isNull()).isTrue();
        assertThat(parse(START + "\"GET /q HTTP/1.1\" 200 5").path("referrer").isNull())
                .isTrue();
    }

    @Test
    void anOddRequestLineIsKept() throws MalformedLine {
        assertThat(page("GET /path?query=1#part HTTP/1.1")).isEqualTo("/path");
        assertThat(page("GET http://host:80/path?query HTTP/1.0")).isEqualTo("/path");
        assertThat(page("GET http://host HTTP/1.0")).isEqualTo("/");
        assertThat(page("GET /with some spaces HTTP/1.1")).isEqualTo("/with some spaces");
        assertThat(page("GET /old")).isEqualTo("/old");
        assertThat(page("OPTIONS * HTTP/1.0")).isEqualTo("*");
        assertThat(page("\\x16\\x03\\x01")).isEqualTo("\\x16\\x03\\x01");
        assertThat(page("-")).isEqualTo("-");
        assertThat(page("")).isEqualTo("-");
        assertThat(parse(START + "\"\\x16\\x03\" 400 226 \"-\" \"-\"")
                        .path("status")
                        .asInt())
                .isEqualTo(400);
    }

    @Test
    void aMissingFieldDoesNotShiftTheOthers() throws MalformedLine {
        ObjectNode event = parse(START + "\"GET / HTTP/1.1\" 200 \"http://x/\" \"agent\"");
        assertThat(event.path("bytes").isNull()).isTrue();
        assertThat(event.path("referrer").asText()).isEqualTo("http://x/");
        assertThat(event.path("user_agent").asText()).isEqualTo("agent");
    }

    @Test
    void aUserNameMayHoldAnything() throws MalformedLine {
        ObjectNode event =
                parse("10.0.0.1 - j [x] doe [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"a\"");
        assertThat(event.path("event_time").asText()).isEqualTo("2015-05-17T10:05:03Z");
        assertThat(event.path("user_agent").asText()).isEqualTo("a");
    }

    @Test
    void everyKindOfAddressIsTaken() throws MalformedLine {
        assertThat(parse("2001:db8::1" + START.substring(12)).path("address").asText())
                .isEqualTo("2001:db8::1");
        assertThat(parse("[2001:db8::1]" + START.substring(12)).path("address").asText())
                .isEqualTo("2001:db8::1");
        assertThat(parse("host.example.com" + START.substring(12))
                        .path("user_id")
                        .asText())
                .isEqualTo("host.example.com");
    }

    @Test
    void bytesThatAreNoUtf8AreReadAsLatin() throws MalformedLine {
        String line = START + "\"GET /caf\u00e9 HTTP/1.1\" 200 1 \"-\" \"a\"";
        assertThat(format.parse(line.getBytes(StandardCharsets.ISO_8859_1))
                        .path("page")
                        .asText())
                .isEqualTo("/caf\u00e9");
        assertThat(format.parse(line.getBytes(StandardCharsets.UTF_8))
                        .path("page")
                        .asText())
                .isEqualTo("/caf\u00e9");
    }

    @Test
    void aLineWithoutAddressOrTimeIsMalformed() {
        malformed("no log line at all", "has no time");
        malformed("word", "has no client address");
        malformed("- - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1", "client address");
        malformed("[17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1", "client address");
        malformed("10.0.0.1 - - [17/Mai/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1", "has no time");
        malformed("10.0.0.1 - - [35/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1", "has no time");
    }

    @Property
    void whateverFollowsTheTimeAnEventComesOut(@ForAll @CharRange(from = ' ', to = '~') String rest)
            throws MalformedLine {
        ObjectNode event = parse(START + rest);
        assertThat(event.path("address").asText()).isEqualTo("83.149.9.216");
        assertThat(event.path("page").asText()).isNotEmpty();
    }

    @Property
    void anyBytesGiveAnEventOrAReason(@ForAll byte[] line) {
        try {
            assertThat(format.parse(line).path("page").asText()).isNotEmpty();
        } catch (MalformedLine e) {
            assertThat(e).hasMessageContaining(" ");
        }
    }

    @Example
    void theRealLogIsReadToTheLastLine() throws IOException, MalformedLine {
        Path log = Path.of("../../../shared/data/access-log-2015.txt");
        assumeTrue(Files.exists(log), "the shared data is not on this machine");
        Set<String> users = new HashSet<>();
        int lines = 0;
        for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
            users.add(format.parse(line.getBytes(StandardCharsets.ISO_8859_1))
                    .path("user_id")
                    .asText());
            lines++;
        }
        assertThat(lines).isEqualTo(10_000);
        assertThat(users).hasSize(1_753);
    }

    private String page(String request) throws MalformedLine {
        return parse(START + "\"" + request + "\" 200 1 \"-\" \"a\"")
                .path("page")
                .asText();
    }

    private ObjectNode parse(String line) throws MalformedLine {
        return format.parse(line.getBytes(StandardCharsets.UTF_8));
    }

    private void malformed(String line, String reason) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(MalformedLine.class).hasMessageContaining(reason);
    }
}
