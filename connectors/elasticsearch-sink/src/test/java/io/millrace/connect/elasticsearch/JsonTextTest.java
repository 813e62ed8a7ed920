package io.millrace.connect.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.ConnectJson;
import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.JsonObjects;
import io.millrace.connect.commons.RecordFailure;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    @Property(tries = 300)
    void anyObjectIsCopiedAsItIsWithinOneLine(
            @ForAll @Size(max = 4) Map<String, Map<String, Long>> object, @ForAll String text) {
        if (UTF_8.newEncoder().canEncode(text + object)) {
            Map<String, Object> all = new LinkedHashMap<>(object);
            all.put("text", text);
            String json = ConnectJson.text(null, all);
            String pretty = " \r\n" + json.replace("{", "{\n ").replace(",", " ,\r\n") + "\n";
            if (JsonObjects.isJson(pretty)) {
                String copied = copied(pretty);
                assertThat(copied).doesNotContain("\n").doesNotContain("\r");
                assertThat(JsonObjects.parse(copied)).isEqualTo(JsonObjects.parse(pretty));
            }
            assertThat(copied(json)).isEqualTo(json);
        }
    }

    @Test
    void everyDigitAndTheOrderOfTheFieldsStay() {
        String json = "{\"z\":1.2300,\"a\":12345678901234567890.5,\"e\":1E400,\"list\":[1, null]}";
        assertThat(copied(json)).isEqualTo(json);
        assertThat(copied(json.getBytes(UTF_8))).isEqualTo(json);
        ByteBuffer inside = ByteBuffer.wrap(("xx" + json + "yy").getBytes(UTF_8), 2, json.length())
                .slice();
        assertThat(copied(inside)).isEqualTo(json);
        assertThat(copied(ByteBuffer.wrap(json.getBytes(UTF_8)).asReadOnlyBuffer()))
                .isEqualTo(json);
        assertThat(copied("\uFEFF" + json)).isEqualTo(json);
    }

    @Test
    void anObjectWithoutFieldsIsOne() {
        JsonBytes json = new JsonBytes();
        assertThat(JsonText.of(" { \n } ").writeFields(json)).isFalse();
        assertThat(JsonText.of("{\"a\":1}").writeFields(json)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "text",
                "17",
                "null",
                "[{\"a\":1}]",
                "{\"a\":1",
                "{\"a\":1}}",
                "{\"a\":1}{\"b\":2}",
                "{\"a\":1} x",
                "{a:1}",
                "{\"a\":NaN}",
                "{\"a\":\"line\nline\"}",
                "{\"a\":\"\uD83D\"}",
                "{\"index\":{}}\n{\"a\":1}"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> JsonText.of(text)).isInstanceOf(RecordFailure.class);
    }

    @Test
    void textInAnotherEncodingIsRefused() {
        for (Charset other : List.of(
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                Charset.forName("UTF-32"))) {
            assertThatThrownBy(() -> JsonText.of("{\"a\":1}".getBytes(other))).isInstanceOf(RecordFailure.class);
        }
        assertThatThrownBy(() -> JsonText.of("{\"a\":\"\u00fc\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(RecordFailure.class);
    }

    @Test
    void aChangeEventIsRecognizedByItsFields() {
        assertThat(JsonText.of("{\"op\":\"c\",\"after\":{\"n\":1},\"source\":{}}")
                        .isChangeEvent())
                .isTrue();
        assertThat(JsonText.of("{\"a\":{\"op\":\"c\",\"after\":{\"n\":1},\"source\":{}}}")
                        .isChangeEvent())
                .isFalse();
        assertThat(JsonText.of("{\"op\":\"c\",\"after\":1}").isChangeEvent()).isFalse();
    }

    private static String copied(Object value) {
        JsonBytes json = new JsonBytes();
        json.raw('{');
        JsonText.of(value).writeFields(json);
        json.raw('}');
        return new String(json.array(), 0, json.size(), UTF_8);
    }
}
