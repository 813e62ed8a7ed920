package io.millrace.connect.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is made of single messages: identities, texts, JSON, and their fate in the inbox. */
class MessagesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            {"v":1}        | {"device":"d1","v":1}
            {}             | {"device":"d1"}
            ` { } `        | {"device":"d1"}
            21.5           | {"device":"d1","value":21.5}
            ` -3e2 `       | {"device":"d1","value":-3e2}
            true           | {"device":"d1","value":true}
            "on"           | {"device":"d1","value":"on"}
            ON             | {"device":"d1","value":"ON"}
            a"b            | {"device":"d1","value":"a\\"b"}
            007            | {"device":"d1","value":"007"}
            [1,2]          | {"device":"d1","value":[1,2]}
            """)
    void aPayloadBecomesTheObjectThatTheContractWants(String payload, String json) throws Exception {
        PayloadFields fields =
                new PayloadFields("value", PayloadFields.parse("payload.fields", List.of("device=${mqtt.topic[1]}")));
        String made = new String(fields.json(message("s/d1", payload)), StandardCharsets.UTF_8);
        assertThat(made.replace(" ", "")).isEqualTo(json);
    }

    @Test
    void aPayloadThatNeedsNothingIsLeftAlone() throws Exception {
        Message message = message("s", "{\"v\":1}");
        assertThat(new PayloadFields("", Map.of()).json(message)).isSameAs(message.payload());
    }

    @Test
    void bytesThatAreNoTextAreMalformed() {
        Message message = new Message("s", new byte[] {(byte) 0xff}, 1, false, null, List.of(), 0);
        assertThatThrownBy(() -> new Payload.Text().read(message, "t", "id"))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void aTopicIsMadeOfLevelsAndPropertiesAndNeverOfWhatIsNotThere() throws Exception {
        MessageTemplate template = MessageTemplate.topic("topic", "iot.${mqtt.topic[1]}.${property.kind}");
        Message message =
                new Message("a/b/c", new byte[0], 1, false, null, List.of(new Message.Property("kind", "warm")), 0);
        assertThat(template.render(message)).isEqualTo("iot.b.warm");
        assertThat(MessageTemplate.topic("topic", "${mqtt.topic}").render(message))
                .isEqualTo("a.b.c");
        assertThatThrownBy(() -> template.render(message("a", "")))
                .isInstanceOf(MalformedMessage.class)
                .hasMessageContaining("${mqtt.topic[1]}");
        assertThatThrownBy(() -> MessageTemplate.parse("key", "${mqtt.topik}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("There is no ${mqtt.topik}");
    }

    @Property
    void equalMessagesHaveEqualIdsAndOthersDoNot(@ForAll String first, @ForAll String second) {
        EventId ids = new EventId(Optional.empty());
        assertThat(ids.of(message("t", first)).equals(ids.of(message("t", second))))
                .isEqualTo(first.equals(second));
        assertThat(ids.of(message("a", first + "b"))).isNotEqualTo(ids.of(message("ab", first)));
    }

    @Test
    void anIdIsTheOneThatTheTemplateFindsElseTheDigest() {
        EventId ids = new EventId(Optional.of(MessageTemplate.parse("event.id", "${property.id}")));
        Message named = new Message("t", new byte[0], 1, false, null, List.of(new Message.Property("id", "7")), 0);
        assertThat(ids.of(named)).isEqualTo("7");
        assertThat(ids.of(message("t", "x"))).matches("[0-9a-f]{32}");
    }

    @Test
    void messagesOfQosZeroThatFindTheInboxFullAreDroppedAndOthersNever() throws Exception {
        MqttMetrics metrics = new MqttMetrics(java.time.Clock.systemUTC());
        Inbox inbox = new Inbox(2, metrics);
        for (int i = 0; i < 4; i++) {
            inbox.arrived(new Message("t", new byte[3], 0, false, null, List.of(), 0), () -> {});
        }
        inbox.arrived(message("t", "kept"), () -> {});
        List<InFlight> taken = inbox.take(10, 1_000);
        assertThat(taken).hasSize(3);
        assertThat(metrics.all().get("qos0-dropped-total").value().get()).isEqualTo(2L);
        assertThat(metrics.all().get("in-flight-bytes").value().get()).isEqualTo(10L);
        assertThat(inbox.drained()).isNotDone();
        taken.forEach(InFlight::settle);
        taken.forEach(InFlight::settle);
        assertThat(inbox.drained()).isDone();
        assertThat(metrics.all().get("in-flight").value().get()).isEqualTo(0L);
    }

    private static Message message(String topic, String payload) {
        return new Message(topic, payload.getBytes(StandardCharsets.UTF_8), 1, false, null, List.of(), 0);
    }
}
