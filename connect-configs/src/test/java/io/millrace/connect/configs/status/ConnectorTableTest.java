package io.millrace.connect.configs.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ConnectorTableTest {
    private static final ConnectorTable TABLE = new ConnectorTable(
            List.of(
                    new ConnectorRow(
                            "serving-redis",
                            "sink",
                            "RUNNING",
                            1,
                            2,
                            new Lag(OptionalLong.of(12_345), Optional.of(Duration.ofSeconds(200))),
                            OptionalLong.of(3),
                            OptionalInt.of(4),
                            Drift.CHANGED_BY_HAND,
                            Optional.of("ConnectException: Connection refused by redis://(hidden)@store:6379")),
                    new ConnectorRow(
                            "web-http",
                            "source",
                            "RUNNING",
                            1,
                            1,
                            new Lag(OptionalLong.empty(), Optional.of(Duration.ofMillis(1500))),
                            OptionalLong.empty(),
                            OptionalInt.empty(),
                            Drift.IN_STEP,
                            Optional.empty())),
            List.of("restarts are unknown"));

    @Test
    void whatIsKnownIsAlignedAndWhatIsNotIsADash() {
        assertThat(TABLE.render(200))
                .containsExactly(
                        "CONNECTOR      TYPE    STATE    TASKS     LAG  BEHIND  DLQ  RESTARTS  DRIFT            LAST ERROR",
                        "serving-redis  sink    RUNNING    1/2  12,345   3m20s    3         4  changed by hand "
                                + " ConnectException: Connection refused by redis://(hidden)@store:6379",
                        "web-http       source  RUNNING    1/1       -      1s    -         -  in step",
                        "note: restarts are unknown");
    }

    @Test
    void aNarrowTerminalCutsTheErrorAndNothingElse() {
        assertThat(TABLE.render(110).get(1)).hasSize(110).endsWith("changed by hand  ConnectException: Conn\u2026");
    }

    @Test
    void inJsonWhatIsNotKnownIsNull() {
        assertThat(TABLE.json().get(0).path("lag").toString()).isEqualTo("{\"records\":12345,\"seconds\":200.0}");
        assertThat(TABLE.json().get(1).toString())
                .isEqualTo("{\"name\":\"web-http\",\"type\":\"source\",\"state\":\"RUNNING\","
                        + "\"tasks\":{\"running\":1,\"total\":1},\"lag\":{\"records\":null,\"seconds\":1.5},"
                        + "\"dead_letters\":null,\"restarts\":null,\"drift\":\"in step\",\"error\":null}");
    }
}
