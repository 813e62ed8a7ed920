package io.millrace.connect.configs.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class StatusTopicTest {
    private final StatusTopic history = new StatusTopic();

    @Test
    void everyReturnToRunningOfATaskBeyondItsFirstIsARestart() {
        task("orders-sink", 0, "RUNNING", "RESTARTING", "RUNNING", "FAILED", "RUNNING");
        task("orders-sink", 1, "RUNNING");
        assertThat(history.restarts("orders-sink")).hasValue(2);
    }

    @Test
    void goingOnAfterAPauseIsNoRestart() {
        task("c", 0, "RUNNING", "PAUSED", "RUNNING", "PAUSED", "RUNNING");
        assertThat(history.restarts("c")).hasValue(0);
    }

    @Test
    void aTaskThatTheWorkersForgotStartsAtZero() {
        task("c", 0, "RUNNING", "RESTARTING", "RUNNING");
        history.add("status-task-c-0", null);
        task("c", 0, "RUNNING");
        assertThat(history.restarts("c")).hasValue(0);
    }

    @Test
    void connectorsWhoseNamesLookLikeTasksAreKeptApart() {
        task("c", 0, "RUNNING");
        task("c-1", 0, "RUNNING", "RESTARTING", "RUNNING");
        assertThat(history.restarts("c")).hasValue(0);
        assertThat(history.restarts("c-1")).hasValue(1);
    }

    @Test
    void topicsAreRememberedUntilTheyAreForgotten() {
        history.add("status-topic-web.events:connector-web-http", bytes("{\"topic\":{}}"));
        history.add("status-topic-old:connector-web-http", bytes("{\"topic\":{}}"));
        history.add("status-topic-old:connector-web-http", null);
        assertThat(history.topics("web-http")).containsExactly("web.events");
        assertThat(history.topics("another")).isEmpty();
    }

    @Test
    void whatIsNoJsonIsNoRestart() {
        task("c", 0, "RUNNING");
        history.add("status-task-c-0", bytes("RUNNING"));
        history.add("something else", bytes("{}"));
        assertThat(history.restarts("c")).hasValue(0);
    }

    private void task(String connector, int number, String... states) {
        for (String state : states) {
            history.add("status-task-" + connector + "-" + number, bytes("{\"state\":\"" + state + "\"}"));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
