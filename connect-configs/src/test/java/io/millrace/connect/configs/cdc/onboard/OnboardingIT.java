package io.millrace.connect.configs.cdc.onboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.status.CaptureStatus;
import io.millrace.connect.configs.cdc.status.Orphans;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.servers.PostgresServer;
import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bringing in and taking out, with real servers and a tool that dies at every step. {@code -Dmillrace.cdc.long=true} adds the
 * tool killed at any moment and a worker killed in the middle of a snapshot; {@code -Dmillrace.cdc.debian15=true} takes
 * Debian's PostgreSQL 15.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OnboardingIT {
    private static final List<String> STEPS = List.of(
            "schema", "role", "identity", "publication", "topics", "connector", "start", "snapshot", "policy", "file");
    private static final String SCHEMA =
            """
            CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL, mood int);
            CREATE TABLE purchase (id bigint PRIMARY KEY, customer bigint REFERENCES customer, amount numeric(10, 2));
            CREATE TABLE visit (at date NOT NULL, id int, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
            CREATE TABLE visit_2025 PARTITION OF visit FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
            CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE TABLE log (line text);
            CREATE TABLE note (line text);
            CREATE TABLE later (id int PRIMARY KEY, text text);
            INSERT INTO customer SELECT n, 'customer ' || n, n % 3 FROM generate_series(1, 50) n;
            INSERT INTO purchase SELECT n, 1 + n % 50, n FROM generate_series(1, 200) n;
            INSERT INTO visit SELECT date '2025-12-01' + n, n FROM generate_series(1, 60) n;
            INSERT INTO log VALUES ('a'), ('b');
            INSERT INTO note VALUES ('x');
            INSERT INTO later SELECT n, 'later ' || n FROM generate_series(1, 30) n;
            """;

    private Path folder;

    private PostgresServer postgres;
    private KafkaServer kafka;
    private ConnectWorker worker;
    private CaptureServers servers;
    private List<String> before;

    @BeforeAll
    void startServers(@TempDir Path temporary) throws Exception {
        folder = temporary;
        postgres = Boolean.getBoolean("millrace.cdc.debian15")
                ? PostgresServer.debian15().orElseThrow()
                : PostgresServer.current();
        try (Database database = postgres.open("postgres")) {
            for (String setting : List.of(
                    "wal_level = logical",
                    "max_slot_wal_keep_size = '64MB'",
                    "max_wal_size = '64MB'",
                    "wal_sender_timeout = '10s'",
                    "min_wal_size = '32MB'")) {
                database.execute("ALTER SYSTEM SET " + setting);
            }
        }
        postgres.restart();
        Path plugins = Files.createDirectories(folder.resolve("plugins"));
        assertThat(new ProcessBuilder(
                                "tar",
                                "xzf",
                                Built.archive("debezium-postgres.tar.gz").toString(),
                                "-C",
                                plugins.toString())
                        .start()
                        .waitFor())
                .isZero();
        kafka = KafkaServer.start(folder);
        worker = ConnectWorker.start(
                folder,
                kafka,
                ConnectWorker.Options.plugins(plugins)
                        .with(Map.of(
                                "exactly.once.source.support",
                                "enabled",
                                "topic.creation.enable",
                                "false",
                                "config.providers",
                                "env",
                                "config.providers.env.class",
                                "org.apache.kafka.common.config.provider.EnvVarConfigProvider"))
                        .withEnvironment(Map.of(CaptureServers.ROLE_PASSWORD_VARIABLE, CaptureServers.ROLE_PASSWORD)));
        servers = new CaptureServers(
                kafka.bootstrap(),
                worker.url(),
                postgres.port(),
                CaptureServers.NAME,
                folder.resolve("declared").resolve("books-cdc.json").toString());
    }

    @AfterAll
    void stopServers() throws Exception {
        for (AutoCloseable server : new AutoCloseable[] {worker, kafka, postgres}) {
            if (server != null) {
                server.close();
            }
        }
    }

    @BeforeEach
    void makeDatabase() {
        try (Database database = postgres.open("postgres")) {
            database.execute("CREATE DATABASE " + CaptureServers.NAME);
        }
        sql(SCHEMA);
        before = state();
    }

    @AfterEach
    void dropDatabase() {
        offboard(true);
        try (Database database = postgres.open("postgres")) {
            database.execute("DROP DATABASE " + CaptureServers.NAME + " WITH (FORCE)");
        }
    }

    @Test
    void a_tool_that_dies_after_every_step_and_then_after_every_undo_still_ends_clean() throws Exception {
        for (String step : STEPS) {
            assertThat(tool("onboard", "after " + step))
                    .as("dies after " + step)
                    .isEqualTo(MortalTool.DEAD);
        }
        assertThat(tool("onboard", "never")).isZero();
        assertThat(counts())
                .allSatisfy(count ->
                        assertThat(count.isEqual(false)).as(count.toString()).isTrue());
        assertThat(Path.of(servers.file())).exists();

        List<String> backwards = new ArrayList<>(STEPS);
        java.util.Collections.reverse(backwards);
        for (String step : backwards) {
            assertThat(tool("offboard", "after undoing " + step))
                    .as("dies after undoing " + step)
                    .isEqualTo(MortalTool.DEAD);
        }
        assertThat(tool("offboard", "never")).isZero();
        assertClean();
    }

    @ParameterizedTest
    @ValueSource(strings = {"schema", "role", "identity", "publication", "topics", "connector", "start", "snapshot"})
    void a_tool_that_dies_at_a_step_leaves_nothing_that_offboard_does_not_find(String step) throws Exception {
        assertThat(tool("onboard", "after " + step)).isEqualTo(MortalTool.DEAD);

        assertThat(offboard(true)).isEmpty();

        assertClean();
    }

    @Test
    @EnabledIfSystemProperty(named = "millrace.cdc.long", matches = "true")
    void a_tool_that_is_killed_at_any_moment_goes_on() throws Exception {
        java.util.Random random = new java.util.Random(8);
        for (int i = 0; i < 4; i++) {
            Process process = start("onboard", "never");
            process.waitFor(800 + random.nextInt(3000), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        }

        assertThat(tool("onboard", "never")).isZero();

        assertThat(counts())
                .allSatisfy(count -> assertThat(count.isEqual(false)).isTrue());
        assertThat(offboard(false)).isEmpty();
        assertClean();
    }

    @Test
    void a_step_that_fails_takes_everything_back() {
        // Nobody can log in with it: the connector fails when it is validated or started.
        sql("ALTER DATABASE books CONNECTION LIMIT 0");
        try {
            assertThatThrownBy(
                            () -> with(new StepListener() {}, onboarding -> onboarding.onboard(false, Duration.ZERO)))
                    .isInstanceOf(OnboardException.class)
                    .hasMessageContaining("everything was taken back");
        } finally {
            sql("ALTER DATABASE books CONNECTION LIMIT -1");
        }
        assertClean();
    }

    @Test
    void an_interruption_takes_everything_back() {
        AtomicBoolean interrupted = new AtomicBoolean();
        StepListener listener = new StepListener() {
            @Override
            public void done(String step, String what, Duration took) {
                if (step.equals("start")) {
                    interrupted.set(true);
                }
            }

            @Override
            public boolean isInterrupted() {
                return interrupted.get();
            }
        };

        assertThatThrownBy(() -> with(listener, onboarding -> onboarding.onboard(false, Duration.ZERO)))
                .hasMessageContaining("interrupted");

        assertClean();
    }

    @Test
    void the_application_updates_tables_without_key_before_while_and_after() throws Exception {
        AtomicBoolean going = new AtomicBoolean(true);
        AtomicBoolean failed = new AtomicBoolean();
        Thread application = new Thread(() -> {
            try (Database database = servers.open()) {
                while (going.get()) {
                    database.update("UPDATE note SET line = line || 'y'");
                    database.update("UPDATE log SET line = line || 'y' WHERE length(line) < 20");
                    database.update("UPDATE visit SET at = at WHERE id = 5");
                    Thread.sleep(20);
                }
            } catch (RuntimeException | InterruptedException e) {
                failed.set(true);
            }
        });
        application.start();
        try {
            assertThat(tool("onboard", "never")).isZero();
            assertThat(offboard(false)).isEmpty();
        } finally {
            going.set(false);
            application.join();
        }
        assertThat(failed).isFalse();
    }

    @Test
    void a_partitioned_table_is_one_topic() throws Exception {
        assertThat(tool("onboard", "never")).isZero();

        sql("INSERT INTO visit VALUES ('2026-08-01', 1000)");

        await().atMost(Duration.ofSeconds(60))
                .until(() -> kafka.read("cdc.books.public.visit").size() >= 61);
        assertThat(kafka.admin().listTopics().names().get()).noneMatch(topic -> topic.contains("visit_20"));
    }

    @Test
    @EnabledIfSystemProperty(named = "millrace.cdc.long", matches = "true")
    void a_worker_that_is_killed_during_the_snapshot_comes_back_and_ends_it() throws Exception {
        sql("INSERT INTO purchase SELECT n, 1 + n % 50, n FROM generate_series(1000, 150000) n");
        Process process = start("onboard", "never");
        await().atMost(Duration.ofSeconds(90)).until(() -> state().stream().anyMatch(one -> one.startsWith("slot")));

        worker.process().kill();
        worker.start();

        assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(counts())
                .allSatisfy(count -> assertThat(count.isEqual(false)).isTrue());
    }

    @Test
    void a_table_is_added_with_its_rows_read_again_and_removed() throws Exception {
        assertThat(tool("onboard", "never")).isZero();

        Proof.Count added = changes(changes -> changes.add("public.later", false));
        assertThat(added.source()).isEqualTo(30);
        assertThat(added.isEqual(false)).isTrue();
        sql("INSERT INTO later VALUES (31, 'after it was added')");
        await().atMost(Duration.ofSeconds(60)).until(() -> kafka.read("cdc.books.public.later").stream()
                .anyMatch(record -> record.value() != null && record.value().contains("after it was added")));

        int records = kafka.read("cdc.books.public.customer").size();
        changes(changes -> changes.again(List.of("public.customer")));
        assertThat(kafka.read("cdc.books.public.customer")).hasSize(records + 50);

        changes(changes -> {
            changes.remove("public.later");
            return 0;
        });
        assertThat(state()).noneMatch(one -> one.contains("published public.later"));
        assertThat(offboard(false)).isEmpty();
        assertClean();
    }

    @Test
    void a_slot_past_half_its_limit_is_a_warning_and_a_lost_one_an_error_with_the_way_back() throws Exception {
        assertThat(tool("onboard", "never")).isZero();
        assertThat(status().level()).isEqualTo("ok");
        worker.request("PUT", "/connectors/books-cdc/stop", "");
        await().atMost(Duration.ofSeconds(60)).until(() -> slotColumn("active").equals("false"));

        writeLog(40);
        CaptureStatus half = status();
        assertThat(half.level()).isEqualTo("warning");
        assertThat(half.advice()).anyMatch(line -> line.contains("%") && line.contains("max_slot_wal_keep_size"));

        await().atMost(Duration.ofSeconds(120)).until(() -> {
            writeLog(40);
            return slotColumn("wal_status").equals("lost");
        });
        CaptureStatus lost = status();
        assertThat(lost.level()).isEqualTo("error");
        assertThat(lost.advice()).anyMatch(line -> line.contains("resnapshot books --from-the-start"));

        sql("INSERT INTO customer VALUES (51, 'while it was lost', 0)");
        Proof.Result again = changes(changes -> changes.fromTheStart(Duration.ZERO));

        assertThat(again.counts())
                .allSatisfy(count -> assertThat(count.table().equals("public.log") || count.isEqual(false))
                        .isTrue());
        assertThat(status().level()).isEqualTo("ok");
    }

    @Test
    void a_slot_with_our_mark_and_without_connector_is_an_orphan() throws Exception {
        assertThat(tool("onboard", "never")).isZero();
        sql("SELECT pg_create_logical_replication_slot('millrace_forgotten', 'pgoutput')");

        try (Database database = servers.open();
                Clusters clusters = servers.environment().open()) {
            List<LiveConnector> connectors =
                    List.copyOf(clusters.connect().describeAll().values());
            List<Orphans.Orphan> orphans = Orphans.find(database, connectors);
            assertThat(orphans).extracting(Orphans.Orphan::slot).containsExactly("millrace_forgotten");
            Orphans.drop(database, orphans.get(0));
            assertThat(Orphans.find(database, connectors)).isEmpty();
        }
    }

    private void writeLog(int megabytes) {
        try (Database database = postgres.open("postgres")) {
            for (int i = 0; i < megabytes; i++) {
                database.rows("SELECT pg_logical_emit_message(false, 'filler', repeat('x', 1000000))");
            }
            database.execute("CHECKPOINT");
        }
    }

    private String slotColumn(String column) {
        try (Database database = postgres.open("postgres")) {
            return database.text(
                    "SELECT " + column + "::text FROM pg_replication_slots WHERE slot_name = 'millrace_books'");
        }
    }

    private CaptureStatus status() {
        try (Database database = servers.open();
                Clusters clusters = servers.environment().open()) {
            return CaptureStatus.read(
                    servers.capture(database, clusters, new StepListener() {}), Clock.systemUTC(), true);
        }
    }

    private List<Proof.Count> counts() {
        return with(new StepListener() {}, onboarding -> onboarding.onboard(true, Duration.ZERO))
                .counts();
    }

    private <T> T changes(Function<TableChanges, T> work) {
        try (Database database = servers.open();
                Clusters clusters = servers.environment().open()) {
            return work.apply(new TableChanges(servers.capture(database, clusters, new StepListener() {})));
        }
    }

    private <T> T with(StepListener listener, Function<Onboarding, T> work) {
        try (Database database = servers.open();
                Clusters clusters = servers.environment().open()) {
            return work.apply(new Onboarding(servers.capture(database, clusters, listener)));
        }
    }

    private List<String> offboard(boolean discard) {
        return with(new StepListener() {}, onboarding -> onboarding.offboard(discard, Onboarding.Topics.DELETE))
                .remains();
    }

    private int tool(String action, String point) throws Exception {
        Process process = start(action, point);
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(action + " does not end");
        }
        if (process.exitValue() != 0 && process.exitValue() != MortalTool.DEAD) {
            throw new IllegalStateException(Files.readString(folder.resolve("tool.log")));
        }
        return process.exitValue();
    }

    private Process start(String action, String point) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                MortalTool.class.getName()));
        command.addAll(servers.arguments());
        command.addAll(List.of(action, point));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("tool.log").toFile())
                .start();
    }

    private void assertClean() {
        assertThat(state()).isEqualTo(before);
        assertThat(Path.of(servers.file())).doesNotExist();
        try (Clusters clusters = servers.environment().open()) {
            assertThat(clusters.connect().connectors()).isEmpty();
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            kafka.admin().listTopics().names().get())
                    .noneMatch(topic -> topic.contains("cdc.books")));
        }
    }

    /** Everything that could be left of us, and whoever may do what: an explicit default privilege is the default. */
    private List<String> state() {
        List<String> all = new ArrayList<>();
        try (Database database = servers.open()) {
            for (String query : List.of(
                    "SELECT 'slot ' || slot_name AS x FROM pg_replication_slots",
                    "SELECT 'publication ' || pubname AS x FROM pg_publication",
                    "SELECT 'published ' || schemaname || '.' || tablename AS x FROM pg_publication_tables",
                    "SELECT 'role ' || rolname AS x FROM pg_roles",
                    "SELECT 'setting ' || setconfig::text AS x FROM pg_db_role_setting",
                    "SELECT 'schema ' || nspname || ' ' || coalesce(nspacl, acldefault('n', nspowner))::text AS x"
                            + " FROM pg_namespace WHERE nspname !~ '^pg_t'",
                    "SELECT 'database ' || coalesce(datacl, acldefault('d', datdba))::text AS x FROM pg_database"
                            + " WHERE datname = current_database()",
                    "SELECT 'relation ' || oid::regclass::text || ' ' || relkind::text || relreplident::text"
                            + " || coalesce(relacl, acldefault('r', relowner))::text AS x FROM pg_class"
                            + " WHERE relnamespace <> 'pg_toast'::regnamespace",
                    "SELECT 'session ' || usename AS x FROM pg_stat_activity WHERE usename LIKE 'millrace%'")) {
                database.rows(query).stream().map(row -> row.text("x")).sorted().forEach(all::add);
            }
        }
        return all;
    }

    private void sql(String statements) {
        try (Database database = servers.open()) {
            database.execute(statements);
        }
    }
}
