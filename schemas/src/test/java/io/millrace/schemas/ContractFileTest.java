package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContractFileTest {
    private static final String SCHEMA =
            """
            {"type": "record", "name": "Return", "doc": "Something came back.", "fields": [
              {"name": "event_id", "type": "string"},
              {"name": "event_time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "received_at", "type": ["null", {"type": "long", "logicalType": "timestamp-micros"}], "default": null},
              {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "DONE"]}},
              {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
              {"name": "day", "type": {"type": "int", "logicalType": "date"}},
              {"name": "lines", "type": {"type": "array", "items": "string"}}
            ]}
            """;

    @TempDir
    private Path contracts;

    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(contracts.resolve("shop.returns"));
        Files.writeString(folder.resolve("value.avsc"), SCHEMA);
    }

    @Test
    void anEventKindNeedsNoMoreThanAnOwner() throws IOException {
        Contract contract = read("owner: shop\nevent: {}\n");
        assertThat(contract.name()).isEqualTo("shop.returns");
        assertThat(contract.description()).isEqualTo("Something came back.");
        assertThat(contract.writtenBy()).isEqualTo("http-source");
        assertThat(contract.compatibility()).isEqualTo("BACKWARD");
        assertThat(contract.topic())
                .isEqualTo(new TopicSpec(
                        "shop.returns", 1, (short) 1, TopicSpec.Cleanup.DELETE, Optional.empty(), List.of()));
        assertThat(contract.event())
                .contains(
                        new EventSpec(Optional.of("event_id"), Optional.of("event_time"), Optional.of("received_at")));
        assertThat(contract.lateData()).isEqualTo(LateData.DEFAULT);
        assertThat(contract.quality()).isEqualTo(Quality.NONE);
    }

    @Test
    void whatTheHttpSourceWritesIsAnEventKindAndNothingElseUnlessItSaysSo() throws IOException {
        assertThat(read("owner: a\nwritten_by: http-source\n").isEventKind()).isTrue();
        assertThat(read("owner: a\nwritten_by: 'spark: x'\n").isEventKind()).isFalse();
        assertThat(read("owner: a\nwritten_by: 'spark: x'\nevent:\n").isEventKind())
                .isTrue();
    }

    @Test
    void eventTimeFallsBackToTheTimeOfArrival() throws IOException {
        Files.writeString(
                folder.resolve("value.avsc"),
                SCHEMA.replace("event_time", "when").replace("event_id", "id"));
        assertThat(read("owner: a\nevent: {}\n").event())
                .contains(new EventSpec(Optional.empty(), Optional.of("received_at"), Optional.of("received_at")));
        assertThat(read("owner: a\nevent: {id: id, time: when}\n").event())
                .contains(new EventSpec(Optional.of("id"), Optional.of("when"), Optional.of("received_at")));
    }

    @Test
    void lateDataAndQualityAreReadAsWritten() throws IOException {
        Contract contract = read(
                """
                owner: a
                written_by: b
                read_by: ["spark: enrich", "connector: serving-redis"]
                late_data: {future: 10m, allowed: 2d, policy: quarantine}
                quality:
                  volume: {per: hour, min: 5, max: 1_000}
                  fields:
                    state: {allowed: [OPEN]}
                    price: {min: 0.01, max: 999, max_null_rate: 0.5}
                """);
        assertThat(contract.readBy()).containsExactly("spark: enrich", "connector: serving-redis");
        assertThat(contract.lateData())
                .isEqualTo(new LateData(
                        Duration.ofMinutes(10), Optional.of(Duration.ofDays(2)), LateData.Policy.QUARANTINE));
        assertThat(contract.quality().volume())
                .contains(new Quality.Volume(Quality.Volume.Per.HOUR, Optional.of(5L), Optional.of(1000L)));
        assertThat(contract.quality().fields()).containsOnlyKeys("state", "price");
        assertThat(contract.quality().fields().get("state").allowed()).containsExactly("OPEN");
        assertThat(contract.quality().fields().get("price"))
                .isEqualTo(new Quality.FieldRule(
                        Optional.of(new BigDecimal("0.01")),
                        Optional.of(new BigDecimal("999")),
                        Optional.of(0.5),
                        List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    evnt: {}                           ; :3: evnt is not a known key; did you mean event?
                    event: {tiem: day}                 ; :3: event.tiem is not a known key; did you mean time?
                    event: {id: evnt_id}               ; :3: event.id names the field evnt_id, which value.avsc does not have; did you mean event_id?
                    event: {time: day}                 ; it is int with logical type date
                    event: {id: lines}                 ; must be a string, int or long, to identify an event; it is array
                    topic: {key: lines}                ; :3: topic.key names the field lines, which must be
                    topic: {key: event_id|nothing}     ; names the field nothing, which value.avsc does not have
                    topic: {partitions: 0}             ; topic.partitions must be from 1 to 32767, not 0
                    topic: {partitions: many}          ; topic.partitions must be a number, not many
                    topic: {retention: 7 days}         ; topic.retention must be a number and a unit such as 7d or 12h, not 7 days
                    topic: {cleanup: compacted}        ; topic.cleanup must be delete or compact, not compacted
                    late_data: {policy: drop}          ; late_data.policy must be accept or quarantine, not drop
                    late_data: {allowed: ever}         ; late_data.allowed must be a number and a unit
                    compatibility: BACKWARDS           ; compatibility must not be BACKWARDS; did you mean BACKWARD?
                    quality: {fields: {stat: {}}}      ; quality.fields.stat names the field stat, which value.avsc does not have; did you mean state?
                    quality: {fields: {state: {min: 1}}} ; which must be a number
                    quality: {fields: {state: {allowed: [OPN]}}} ; allows OPN, which is no symbol of the enum State; did you mean OPEN?
                    quality: {fields: {price: {min: 2, max: 1}}} ; quality.fields.price.min is 2, above max, which is 1
                    quality: {fields: {price: {max_null_rate: 7}}} ; must be from 0 to 1, not 7.0
                    quality: {volume: {min: 1}}        ; quality.volume.per is missing; it is minute, hour or day
                    quality: [a]                       ; quality must be a map of keys
                    owner: b                           ; :3: owner appears twice
                    """)
    void aMistakeIsNamedWithItsPlace(String line, String expected) {
        assertThatThrownBy(() -> read("owner: a\nwritten_by: b\n" + line + "\n"))
                .isInstanceOf(ContractException.class)
                .hasMessageStartingWith(folder.resolve("contract.yaml").toString())
                .hasMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void anEventKindWithoutASchemaIsRefused() throws IOException {
        Files.delete(folder.resolve("value.avsc"));
        assertThatThrownBy(() -> read("description: d\nowner: a\nwritten_by: http-source\n"))
                .hasMessageContaining(":3: written_by makes this an event kind, which needs a value.avsc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"type\": \"record\"}",
                "{\"type\": \"recrd\", \"name\": \"A\", \"fields\": []}",
                "{\"type\": \"record\", \"name\": \"A\", \"fields\": [{\"name\": \"a-b\", \"type\": \"int\"}]}",
                "{\"type\": \"record\", \"name\": \"A\", \"fields\": [{\"name\": \"a\", \"type\": \"int\", \"default\": \"x\"}]}",
                "{\"type\": \"record\", \"name\": \"A\", \"fields\": [{\"name\": \"a\", \"type\": \"double\", \"default\": \"x\"}]}",
                "\"string\"",
                "[]"
            })
    void aSchemaThatIsNoneIsRefusedInOneLine(String schema) throws IOException {
        Files.writeString(folder.resolve("value.avsc"), schema);
        assertThatThrownBy(() -> read("owner: a\nevent: {}\n"))
                .isInstanceOf(ContractException.class)
                .hasMessageStartingWith(folder.resolve("value.avsc").toString())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    private Contract read(String yaml) throws IOException {
        Files.writeString(folder.resolve("contract.yaml"), yaml);
        return Contract.read(folder);
    }
}
