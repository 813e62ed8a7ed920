package io.millrace.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** The supervisor with real servers, in real processes that are really killed. */
class StackIT {
    @TempDir
    Path folder;

    private final ProcessTable table = ProcessTable.system();
    private Path state;
    private StackAddress address;

    @BeforeEach
    void choose() {
        state = folder.resolve("state");
        address = new StackAddress(StackProcess.freePortBase());
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        StackProcess.run(0, folder, "down", "--state", state.toString());
        assertThat(processes()).isEmpty();
    }

    @Test
    void aKilledServiceComesBackWithItsDataAndASecondUpIsRefused() throws Exception {
        try (StackProcess stack = up("redis,s3").awaitReady()) {
            String refusal = StackProcess.run(1, folder, "up", "--state", state.toString(), "--services", "redis");
            assertThat(refusal).contains("already running", "pid " + stack.pid(), "./millrace down");

            set("flag", "kept");
            long first = service("redis").path("pid").asLong();
            Signals.send("KILL", first);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> service("redis").path("pid").asLong(first) != first
                            && "up".equals(service("redis").path("state").asText()));
            assertThat(service("redis").path("restarts").asInt()).isEqualTo(1);
            assertThat(get("flag")).isEqualTo("kept");
            assertThat(stack.output()).contains("redis died with signal 9; starting it again");

            assertThat(StackProcess.run(0, folder, "down", "--state", state.toString()))
                    .contains("No process is left");
            assertThat(processes()).isEmpty();
            assertThat(state.resolve("stack.json")).doesNotExist();
        }
    }

    @Test
    void anUpAfterAKilledSupervisorCleansUpAndFindsTheDataAgain() throws Exception {
        StackProcess killed = up("postgres,kafka").awaitReady();
        try (Connection database = database();
                var statement = database.createStatement()) {
            statement.execute("CREATE TABLE proof AS SELECT 42 AS answer");
        }
        killed.kill();
        List<ProcessTable.Entry> orphans = processes();
        assertThat(orphans).isNotEmpty();
        assertThat(StackProcess.run(1, folder, "status", "--state", state.toString()))
                .contains("No stack runs", "postgres", "kafka");

        try (StackProcess next = up("postgres,kafka").awaitReady()) {
            assertThat(next.output()).contains("Ended what an earlier stack left running: kafka, postgres");
            assertThat(orphans).noneMatch(old -> table.find(old.pid())
                    .filter(now -> now.startTicks() == old.startTicks())
                    .isPresent());
            try (Connection database = database();
                    var rows = database.createStatement().executeQuery("SELECT answer FROM proof")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(42);
            }
        }
    }

    @Test
    void downEndsWhatAKilledSupervisorLeft() throws Exception {
        StackProcess killed = up("redis").awaitReady();
        killed.kill();
        assertThat(processes()).isNotEmpty();
        assertThat(StackProcess.run(0, folder, "down", "--state", state.toString()))
                .contains("Ended what was left: redis", "No process is left");
        assertThat(processes()).isEmpty();
    }

    @Test
    void anEphemeralStackLeavesNoFileBehind() throws Exception {
        Path parent = Checkout.current().ownFolder().resolve("ephemeral");
        String output = StackProcess.run(
                0,
                folder,
                "up",
                "--ephemeral",
                "--for",
                "100ms",
                "--services",
                "redis",
                "--port-base",
                Integer.toString(address.portBase()));
        assertThat(output).contains("Ready in", parent.toString());
        String own = output.lines()
                .filter(line -> line.contains(parent.toString()))
                .findFirst()
                .orElseThrow()
                .strip()
                .split("\\s+")[1];
        assertThat(Path.of(own).getParent()).doesNotExist();
    }

    @Test
    void aTakenPortIsNamedBeforeAnythingStarts() throws Exception {
        try (ServerSocket foreign = new ServerSocket(address.redis(), 1, InetAddress.getByName("127.0.0.1"))) {
            String output = StackProcess.run(
                    1, folder, "up", "--state", state.toString(), "--port-base", Integer.toString(address.portBase()));
            assertThat(output).contains("127.0.0.1:" + foreign.getLocalPort() + " (redis)", "--port-base");
            assertThat(state.resolve("run")).isEmptyDirectory();
        }
    }

    @Test
    void aServingJobThatDoesNotExistIsRefusedWithTheNameThatWasMeant() throws Exception {
        String output = StackProcess.run(
                1,
                folder,
                "up",
                "--state",
                state.toString(),
                "--port-base",
                Integer.toString(address.portBase()),
                "--services",
                "spark-serving",
                "--serving-jobs",
                "enrich,sesions");
        assertThat(output).contains("unknown job sesions; did you mean sessions?");
    }

    private StackProcess up(String services) {
        return StackProcess.start(
                folder,
                "up",
                "--state",
                state.toString(),
                "--port-base",
                Integer.toString(address.portBase()),
                "--services",
                services);
    }

    private JsonNode service(String name) throws Exception {
        JsonNode report = Json.parse(StackProcess.run(0, folder, "status", "--json", "--state", state.toString()));
        return StreamSupport.stream(report.path("services").spliterator(), false)
                .filter(service -> service.path("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Everything that works in the state folder, found without the pid files. */
    private List<ProcessTable.Entry> processes() {
        return table.all().stream()
                .filter(entry -> entry.pid() != ProcessHandle.current().pid())
                .filter(entry -> table.mentions(entry.pid(), state))
                .toList();
    }

    private Connection database() throws Exception {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + address.postgres() + "/postgres",
                "postgres",
                Secrets.read(new StackFolder(state)).get(Secrets.POSTGRES));
    }

    private void set(String key, String value) {
        try (RedisClient redis = RedisClient.create("127.0.0.1", address.redis())) {
            redis.set(key, value);
        }
    }

    private String get(String key) {
        try (RedisClient redis = RedisClient.create("127.0.0.1", address.redis())) {
            return redis.get(key);
        }
    }
}
