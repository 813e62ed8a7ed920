package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    private static final SinkRecord RECORD = new SinkRecord(
            "orders",
            3,
            null,
            Map.of("id", 7, "shop", "bonn"),
            null,
            Map.of("a", Map.of("b", 1.5), "dotted.name", "x"),
            42,
            Instant.parse("2015-05-17T23:59:59Z").toEpochMilli(),
            TimestampType.CREATE_TIME,
            new ConnectHeaders().addString("tenant", "old").addString("tenant", "acme"));

    @ParameterizedTest
    @CsvSource({
        "x, x",
        "${topic}-${partition}, orders-3",
        "{${key.shop}}:${key.id}, {bonn}:7",
        "${value.a.b}, 1.5",
        "'${value.a}', '{\"b\":1.5}'",
        "${value.dotted.name}, x",
        "${header.tenant}, acme",
        "${timestamp:yyyyMMdd}, 20150517",
        "${timestamp:yyyy-MM-dd'T'HH}/k, 2015-05-17T23/k"
    })
    void everyPlaceholderIsFilledFromTheRecord(String template, String expected) {
        assertThat(Template.parse("k", template).render(RECORD)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${key.none}", "${value.a.none}", "${value.none}", "${header.none}"})
    void whatTheRecordLacksIsTheRecordsFailure(String template) {
        assertThatThrownBy(() -> Template.parse("k", template).render(RECORD))
                .isInstanceOf(RecordFailure.class)
                .hasMessageContaining(template);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "${kee}", "${}", "${timestamp:nonsense}"})
    void aTemplateThatCanNeverWorkIsRefused(String template) {
        assertThatThrownBy(() -> Template.parse("key.template", template))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("key.template");
    }

    @ParameterizedTest
    @CsvSource({
        "${topic}, false",
        "${timestamp:yyyy}, false",
        "${key}, true",
        "${key.id}, true",
        "${value.a}, true",
        "${header.x}, true",
    })
    void itIsKnownWhetherRecordsAreToldApart(String template, boolean apart) {
        assertThat(Template.parse("k", template).tellsRecordsApart()).isEqualTo(apart);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"a\":{\"b\":[1,2.50,null,true,\"x\"]},\"n\":null,\"big\":123456789012345678901234567890}"})
    void jsonTextIsReadWithoutLosingADigit(String json) {
        Map<String, Object> object = JsonObjects.parse(json).orElseThrow();
        assertThat(ConnectJson.text(null, object))
                .isEqualTo("{\"a\":{\"b\":[1,2.50,null,true,\"x\"]},\"big\":123456789012345678901234567890}");
        assertThat(object).containsKey("n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[1]", "{\"a\":1} 2", "{\"a\":"})
    void whatIsNoJsonObjectIsNone(String text) {
        assertThat(JsonObjects.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "'\"x\"', true", "'[1,2]', true", "'[1,2', false", "'1 2', false", "'', false"})
    void oneJsonValueIsRecognized(String text, boolean json) {
        assertThat(JsonObjects.isJson(text)).isEqualTo(json);
    }

    @org.junit.jupiter.api.Test
    void aKeyWithoutSchemaIsFine() {
        SinkRecord record = new SinkRecord("t", 0, Schema.STRING_SCHEMA, "k", null, "text", 0);
        assertThat(Template.parse("k", "${topic}:${key}:${value}").render(record))
                .isEqualTo("t:k:text");
    }
}
