package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReaderTest {
    private static final long RECEIVED_AT =
            Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

    private final Contract contract = Catalogue.bundled().require("web.events");
    private final EventReader reader = new EventReader(
            contract.requireValue(), contract.topic().key(), Optional.of("event_id"), () -> "random-id");
    private final ClientFacts client = new ClientFacts("10.1.2.3", "curl/8", "");

    @Test
    void theShortestEventIsFilledByDefaultsAndTheCollector() throws Exception {
        Event event = read("{\"user_id\":\"u1\",\"page\":\"/a\"}");
        assertThat(event.key()).isEqualTo("u1");
        assertThat(event.id()).isEqualTo("random-id");
        assertThat(event.receivedAt()).isEqualTo(RECEIVED_AT);
        Struct value = event.value();
        assertThat(value.schema().name()).isEqualTo("io.millrace.events.WebEvent");
        assertThat(value.getString("event_id")).isEqualTo("random-id");
        assertThat(value.get("event_time")).isEqualTo(new Date(RECEIVED_AT));
        assertThat(value.get("received_at")).isEqualTo(new Date(RECEIVED_AT));
        assertThat(value.getString("site")).isEqualTo("default");
        assertThat(value.getString("event_type")).isEqualTo("page_view");
        assertThat(value.getString("user_agent")).isEqualTo("curl/8");
        assertThat(value.getString("address")).isEqualTo("10.1.2.3");
        assertThat(value.get("status")).isNull();
    }

    @Test
    void whatTheClientSendsIsKept() throws Exception {
        Struct value =
                read("""
                        {"event_id":"e1","event_time":"2015-05-17T12:05:00+02:00","site":"s","event_type":"search",
                        "user_id":"u1","page":"/a","method":"GET","status":200,"bytes":5000000000,"referrer":"-",
                        "user_agent":"mine","address":"::1"}""")
                        .value();
        assertThat(value.get("event_time")).isEqualTo(Date.from(Instant.parse("2015-05-17T10:05:00Z")));
        assertThat(value.get("status")).isEqualTo(200);
        assertThat(value.get("bytes")).isEqualTo(5_000_000_000L);
        assertThat(value.get("user_agent")).isEqualTo("mine");
        assertThat(value.get("address")).isEqualTo("::1");
    }

    @Test
    void anExplicitNullIsNotFilledByTheCollector() throws Exception {
        Struct value = read("{\"user_id\":\"u\",\"page\":\"/\",\"user_agent\":null,\"address\":null}")
                .value();
        assertThat(value.get("user_agent")).isNull();
        assertThat(value.get("address")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"page":"/"}                                        | user_id     | is missing; must be a string
            {"user_id":1,"page":"/"}                            | user_id     | must be a string, not 1
            {"user_id":null,"page":"/"}                         | user_id     | must be a string, not null
            {"user_id":"u","page":{"a":1}}                      | page        | must be a string, not an object
            {"user_id":"u","page":"/","status":"200"}           | status      | must be a whole number of 32 bits, not "200"
            {"user_id":"u","page":"/","status":3000000000}      | status      | must be a whole number of 32 bits, not 3000000000
            {"user_id":"u","page":"/","status":200.5}           | status      | must be a whole number of 32 bits, not 200.5
            {"user_id":"u","page":"/","bytes":99999999999999999999} | bytes   | must be a whole number of 64 bits, not 99999999999999999999
            {"user_id":"u","page":"/","bytes":[1]}              | bytes       | must be a whole number of 64 bits, not an array
            {"user_id":"u","page":"/","event_time":"yesterday"} | event_time  | must be an ISO-8601 time with a zone, such as 2015-05-17T10:05:00Z, or milliseconds since 1970, not "yesterday"
            {"user_id":"u","page":"/","event_time":1431857100000000} | event_time | must be an ISO-8601 time with a zone, such as 2015-05-17T10:05:00Z, or milliseconds since 1970, not 1431857100000000
            {"user_id":"u","page":"/","site":null}              | site        | must be a string, not null; leave it out
            {"user_id":"u","page":"/","received_at":0}          | received_at | is set by the collector; leave it out
            {"user_id":"u","page":"/","page":"/"}               | page        | appears twice
            {"userid":"u","page":"/"}                           | userid      | is not a field of the contract; did you mean user_id?
            """)
    void anEventThatDoesNotKeepTheContractIsRefusedWithFieldAndReason(String json, String field, String reason) {
        Rejection rejection = catchThrowableOfType(Rejection.class, () -> read(json));
        assertThat(rejection.status()).isEqualTo(400);
        assertThat(rejection.index()).isEqualTo(3);
        assertThat(rejection.field()).isEqualTo(field);
        assertThat(rejection.reason()).isEqualTo(reason);
    }

    @Test
    void aFieldThatResemblesNoneIsRefusedWithTheListOfFields() {
        assertThatThrownBy(() -> read("{\"colour\":1}"))
                .hasMessageStartingWith("is not a field of the contract; it has event_id, event_time,");
    }

    @Test
    void theConnectSchemaIsThatOfTheContract() {
        Schema schema = reader.type().schema();
        assertThat(schema.field("event_time").schema().name()).isEqualTo(Timestamp.LOGICAL_NAME);
        assertThat(schema.field("status").schema().isOptional()).isTrue();
        assertThat(schema.field("user_id").schema().isOptional()).isFalse();
        assertThat(schema.field("site").schema().defaultValue()).isEqualTo("default");
    }

    @Test
    void aKeyOfSeveralFieldsJoinsThemAndWritesTimesAsTheStoresDo() throws Exception {
        EventReader every = Contracts.reader(Contracts.EVERY_TYPE, "text", "moment", "small");
        Event event = read(
                every,
                """
                {"text":"a","flag":true,"small":1,"big":2,"ratio":0.5,"precise":1,"moment":"2015-05-17T10:05:00Z"}""");
        assertThat(event.key()).isEqualTo("a|2015-05-17T10:05:00Z|1");
        assertThat(event.id()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            ["null","string","int"] | field f is a union of string and int; a field of an event may have one type, or null and one type
            {"type":"array","items":["string","long"]} | field f[] is a union of string and long;
            {"type":"map","values":{"type":"record","name":"V","fields":[{"name":"x","type":["int","float"]}]}} | field f{}.x is a union of int and float;
            "null" | field f has the type null
            ["null"] | field f can only be null
            ["null","R"] | field f is a R within a R; a record that contains itself cannot be written
            {"type":"array","items":"R"} | field f[] is a R within a R
            {"type":"int","logicalType":"decimal","precision":4} | field f has the logical type decimal, which does not fit the type int
            {"type":"bytes","logicalType":"decimal","precision":2,"scale":3} | field f has the logical type decimal, which does not fit the type bytes
            """)
    void aContractThatCannotBeKeptOverHttpIsRefusedByField(String type, String reason) {
        String avro = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\",\"type\":" + type + "}]}";
        assertThatThrownBy(() -> Contracts.reader(avro)).hasMessageStartingWith(reason);
    }

    @Test
    void theCollectorFillsFieldsOfEveryTypeThatItsRulesFitAlsoInRecordsWithin() throws Exception {
        EventReader filled = Contracts.reader(
                """
                {"type": "record", "name": "R", "fields": [
                  {"name": "id", "type": {"type": "string", "logicalType": "uuid"}, "collector": "random-id-if-absent"},
                  {"name": "fine", "type": {"type": "long", "logicalType": "timestamp-micros"}, "collector": "always-received-at"},
                  {"name": "plain", "type": ["null", "long"], "collector": "received-at-if-absent"},
                  {"name": "client", "type": {"type": "record", "name": "Client", "fields": [
                    {"name": "agent", "type": ["null", "string"], "collector": "user-agent-if-absent"}]}}]}
                """);
        Struct value = read(filled, "{\"client\":{}}").value();
        assertThat(value.get("id")).isEqualTo("random-id");
        assertThat(value.get("fine")).isEqualTo(RECEIVED_AT * 1_000);
        assertThat(value.get("plain")).isEqualTo(RECEIVED_AT);
        assertThat(value.getStruct("client").get("agent")).isEqualTo("curl/8");
    }

    @Test
    void theIdentityIsTheTextOfTheFieldThatTheContractNames() throws Exception {
        EventReader numbered = new EventReader(
                new org.apache.avro.Schema.Parser()
                        .parse(
                                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"long\"]}]}"),
                java.util.List.of("n"),
                Optional.of("n"),
                () -> "");
        assertThat(read(numbered, "{\"n\":7}").id()).isEqualTo("7");
        assertThat(read(numbered, "{\"n\":null}").id()).isNull();
        assertThat(read(numbered, "{\"n\":null}").key()).isNull();
    }

    @Test
    void aCollectorRuleThatDoesNotFitItsFieldIsRefused() {
        String avro = "{\"type\":\"record\",\"name\":\"R\",\"fields\":"
                + "[{\"name\":\"f\",\"type\":\"int\",\"collector\":\"random-id-if-absent\"}]}";
        assertThatThrownBy(() -> Contracts.reader(avro))
                .hasMessage("field f has the collector rule random-id-if-absent, which does not fit its type");
    }

    @Property
    void everyValidEventRoundTrips(@ForAll("events") Map<String, Object> event) throws Exception {
        EventReader every = Contracts.reader(Contracts.EVERY_TYPE);
        Struct value = read(every, new ObjectMapper().writeValueAsString(event)).value();
        value.validate();
        event.forEach(
                (name, sent) -> assertThat(plain(value.get(name))).as(name).isEqualTo(sent));
        if (!event.containsKey("with_default")) {
            assertThat(value.get("with_default")).isEqualTo(7);
            assertThat(value.get("epoch")).isEqualTo(new Date(0));
        }
    }

    @Provide
    Arbitrary<Map<String, Object>> events() {
        // Unpaired surrogates are no text; UTF-8 cannot hold them.
        Arbitrary<String> text =
                Arbitraries.strings().filter(s -> s.codePoints().noneMatch(c -> c >= 0xd800 && c < 0xe000));
        Arbitrary<Long> moments = Arbitraries.longs().between(-62_135_596_800_000L, 253_402_300_799_999L);
        Arbitrary<Map<String, Object>> required = Combinators.combine(
                        text,
                        Arbitraries.of(true, false),
                        Arbitraries.integers(),
                        Arbitraries.longs(),
                        Arbitraries.floats(),
                        Arbitraries.doubles(),
                        moments)
                .as((s, b, i, l, f, d, m) -> {
                    Map<String, Object> event = new LinkedHashMap<>();
                    event.put("text", s);
                    event.put("flag", b);
                    event.put("small", i);
                    event.put("big", l);
                    event.put("ratio", f);
                    event.put("precise", d);
                    event.put("moment", m);
                    return event;
                });
        return Combinators.combine(
                        required,
                        text.injectNull(0.3),
                        Arbitraries.integers().injectNull(0.3),
                        moments.injectNull(0.3),
                        Arbitraries.of(true, false))
                .as((event, s, i, m, defaults) -> {
                    event.put("maybe_text", s);
                    event.put("maybe_small", i);
                    event.put("maybe_moment", m);
                    if (!defaults) {
                        event.put("with_default", 1);
                    }
                    return event;
                });
    }

    private static Object plain(Object value) {
        return value instanceof Date date ? date.getTime() : value;
    }

    private Event read(String json) throws IOException, Rejection {
        return read(reader, json);
    }

    private Event read(EventReader reader, String json) throws IOException, Rejection {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return reader.read(parser, 3, client, RECEIVED_AT, bytes -> {}, Map.of());
        }
    }
}
