package io.millrace.connect.configs.cdc.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.servers.PostgresServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check against a real server in which exactly that thing is broken, and again after its own remedy was applied. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PreflightOnAServer {
    private static final String SCHEMA =
            """
            CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL, mood int);
            CREATE TABLE purchase (id bigint PRIMARY KEY, customer bigint REFERENCES customer, amount numeric(10, 2));
            INSERT INTO customer SELECT n, 'customer ' || n, n % 3 FROM generate_series(1, 50) n;
            INSERT INTO purchase SELECT n, 1 + n % 50, n FROM generate_series(1, 200) n;
            """;
    private static final String NAME = "books";

    private PostgresServer server;
    /** Whether the server runs with other settings than those of a server made for change capture. */
    private boolean changed = true;

    abstract Optional<PostgresServer> start() throws Exception;

    @BeforeAll
    void startServer() throws Exception {
        Optional<PostgresServer> started = start();
        Assumptions.assumeTrue(started.isPresent(), "PostgreSQL 15 is not installed (apt-get install postgresql-15)");
        server = started.get();
    }

    @BeforeEach
    void makeDatabase() throws Exception {
        run("postgres", "ALTER SYSTEM RESET ALL");
        set("wal_level = logical");
        set("max_prepared_transactions = 2");
        set("max_slot_wal_keep_size = '4GB'");
        set("logical_decoding_work_mem = '64MB'");
        if (changed) {
            server.restart();
            changed = false;
        } else {
            run("postgres", "SELECT pg_reload_conf()");
        }
        run("postgres", "CREATE DATABASE " + NAME);
        run(NAME, SCHEMA);
    }

    @AfterEach
    void dropDatabase() {
        run("postgres", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
        run("postgres", "DROP DATABASE " + NAME + " WITH (FORCE)");
        try (Database database = server.open("postgres")) {
            for (Database.Row row : database.rows(
                    "SELECT rolname FROM pg_roles WHERE rolname <> 'postgres' AND rolname !~ '^pg_' ORDER BY rolname")) {
                database.execute("DROP OWNED BY " + row.text("rolname") + " CASCADE");
                database.execute("DROP ROLE " + row.text("rolname"));
            }
        }
    }

    @AfterAll
    void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    /**
     * A thing to break.
     *
     * @param code of the check that sees it
     * @param breaking statements that break it
     * @param restart whether they take effect only after a restart
     * @param request what is to be captured
     * @param user who sets up the capture
     */
    private record Fault(
            String code,
            List<String> breaking,
            boolean restart,
            Function<CaptureRequest, CaptureRequest> request,
            String user) {
        static Fault of(String code, String... breaking) {
            return new Fault(code, List.of(breaking), false, request -> request, "postgres");
        }

        Fault needingRestart() {
            return new Fault(code, breaking, true, request, user);
        }

        Fault asking(Function<CaptureRequest, CaptureRequest> other) {
            return new Fault(code, breaking, restart, other, user);
        }

        Fault by(String role) {
            return new Fault(code, breaking, restart, request, role);
        }

        /** Broken for an existing role {@code reader} that has all it needs otherwise. */
        static Fault ofReader(String code, String... breaking) {
            List<String> all = new ArrayList<>(List.of(
                    "CREATE ROLE reader LOGIN REPLICATION PASSWORD 'a-test-only'",
                    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"));
            all.addAll(List.of(breaking));
            return new Fault(code, all, false, request -> request.through("reader"), "postgres");
        }

        @Override
        public String toString() {
            return code;
        }
    }

    static Stream<Fault> faults() {
        String admin = "CREATE ROLE admin LOGIN CREATEROLE REPLICATION PASSWORD 'a-test-only'";
        return Stream.of(
                Fault.of("wal-level", "ALTER SYSTEM SET wal_level = replica").needingRestart(),
                Fault.of(
                                "replication-slots",
                                "ALTER SYSTEM SET max_replication_slots = 1",
                                "SELECT pg_create_physical_replication_slot('other')")
                        .needingRestart(),
                Fault.of("wal-senders", "ALTER SYSTEM SET max_wal_senders = 1").needingRestart(),
                Fault.of("read-only", "ALTER DATABASE books SET default_transaction_read_only = on"),
                Fault.of("wal-guard", "ALTER SYSTEM SET max_slot_wal_keep_size = -1", "SELECT pg_reload_conf()"),
                Fault.of(
                        "wal-guard-small",
                        "ALTER SYSTEM SET max_slot_wal_keep_size = '64MB'",
                        "SELECT pg_reload_conf()"),
                Fault.of("wal-sender-timeout", "ALTER SYSTEM SET wal_sender_timeout = '2s'", "SELECT pg_reload_conf()"),
                Fault.of(
                        "decoding-memory",
                        "ALTER SYSTEM SET logical_decoding_work_mem = '1MB'",
                        "SELECT pg_reload_conf()"),
                Fault.of(
                        "prepared-transaction",
                        "BEGIN; INSERT INTO customer VALUES (1000, 'x', 1); PREPARE TRANSACTION 'forgotten'"),
                Fault.of("inactive-slot", "SELECT pg_create_physical_replication_slot('forgotten', true)"),
                Fault.of(
                                "database-create",
                                admin,
                                "GRANT postgres TO admin",
                                "ALTER ROLE postgres NOINHERIT",
                                "ALTER ROLE postgres INHERIT",
                                "REVOKE postgres FROM admin",
                                "ALTER TABLE customer OWNER TO admin",
                                "ALTER TABLE purchase OWNER TO admin")
                        .by("admin"),
                Fault.of(
                                "table-owner",
                                admin,
                                "CREATE ROLE owner",
                                "GRANT CREATE ON DATABASE books TO admin",
                                "ALTER TABLE customer OWNER TO owner",
                                "ALTER TABLE purchase OWNER TO owner")
                        .by("admin"),
                Fault.of(
                                "role-create",
                                "CREATE ROLE admin LOGIN PASSWORD 'a-test-only'",
                                "GRANT CREATE ON DATABASE books TO admin",
                                "ALTER TABLE customer OWNER TO admin",
                                "ALTER TABLE purchase OWNER TO admin")
                        .by("admin"),
                Fault.of("role-missing").asking(request -> request.through("nobody_there")),
                Fault.ofReader("role-login", "ALTER ROLE reader NOLOGIN"),
                Fault.ofReader("role-replication", "ALTER ROLE reader NOREPLICATION"),
                Fault.ofReader("role-expired", "ALTER ROLE reader VALID UNTIL '2020-01-01'"),
                Fault.ofReader("role-connections", "ALTER ROLE reader CONNECTION LIMIT 1"),
                Fault.ofReader("database-connect", "REVOKE CONNECT ON DATABASE books FROM PUBLIC"),
                Fault.ofReader("schema-usage", "REVOKE USAGE ON SCHEMA public FROM PUBLIC"),
                Fault.ofReader("table-select", "REVOKE SELECT ON purchase FROM reader"),
                Fault.ofReader("row-security", "ALTER TABLE purchase ENABLE ROW LEVEL SECURITY"),
                Fault.ofReader("statement-timeout", "ALTER ROLE reader SET statement_timeout = '30s'"),
                Fault.ofReader("lock-timeout", "ALTER DATABASE books SET lock_timeout = '1s'"),
                Fault.ofReader(
                        "idle-transaction-timeout",
                        "ALTER ROLE reader IN DATABASE books SET idle_in_transaction_session_timeout = '10s'",
                        "ALTER ROLE reader SET idle_in_transaction_session_timeout = '20s'",
                        "ALTER ROLE reader IN DATABASE books RESET idle_in_transaction_session_timeout"),
                Fault.of(
                        "publication-all-tables",
                        "CREATE TABLE note (text text)",
                        "CREATE PUBLICATION everything FOR ALL TABLES"),
                Fault.of("publication-name", "CREATE PUBLICATION millrace_books FOR TABLE customer"),
                Fault.of("schema-name", "CREATE SCHEMA millrace_books CREATE TABLE something (id int)"),
                Fault.of("role-name", "CREATE ROLE millrace_books", "GRANT SELECT ON customer TO millrace_books"),
                Fault.of("slot-name", "SELECT pg_create_logical_replication_slot('millrace_books', 'pgoutput')"),
                Fault.of("replica-identity", "CREATE TABLE note (text text)"),
                Fault.of("replica-identity", "CREATE TABLE note (code int NOT NULL UNIQUE)")
                        .asking(request -> request.tables("public.customer", "public.note")),
                Fault.of("deferrable-key", "CREATE TABLE note (id int PRIMARY KEY DEFERRABLE)"),
                Fault.of("identity-nothing", "ALTER TABLE customer REPLICA IDENTITY NOTHING"),
                Fault.of(
                        "identity-index",
                        "CREATE TABLE note (code int NOT NULL)",
                        "CREATE UNIQUE INDEX note_code ON note (code)",
                        "ALTER TABLE note REPLICA IDENTITY USING INDEX note_code",
                        "DROP INDEX note_code"),
                Fault.of("identity-full", "ALTER TABLE purchase REPLICA IDENTITY FULL"),
                Fault.of("unlogged-table", "ALTER TABLE purchase SET UNLOGGED")
                        .asking(request -> request.tables("public.purchase")),
                // The table that a fresh database has anyway.
                Fault.of("unchanged-toast"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void a_broken_thing_is_seen_with_its_remedy_and_the_remedy_clears_it(Fault fault) throws Exception {
        fault.breaking().forEach(statement -> run(NAME, statement));
        if (fault.restart()) {
            changed = true;
            server.restart();
        }

        List<Finding> found = await().atMost(Duration.ofSeconds(30)).until(() -> find(fault), some -> !some.isEmpty());

        assertThat(found).as(fault.code()).isNotEmpty().allSatisfy(finding -> {
            assertThat(finding.sql()).isNotEmpty();
            assertThat(finding.why()).isNotBlank();
        });
        for (Finding finding : found) {
            finding.sql().forEach(statement -> run(NAME, statement));
        }
        if (found.stream().anyMatch(Finding::restart)) {
            server.restart();
        }
        // A setting that is reloaded takes effect a moment later.
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(find(fault))
                .as(fault.code() + " after its remedy")
                .isEmpty());
    }

    @Test
    void a_database_in_order_blocks_nothing() {
        PreflightReport report = check(request(), Clock.systemUTC());

        assertThat(report.findings())
                .filteredOn(one -> one.severity() != Severity.INFO)
                .isEmpty();
        assertThat(report.tables())
                .extracting(table -> table.id())
                .containsExactly("public.customer", "public.purchase");
    }

    @Test
    void looking_changes_nothing() {
        List<String> before = state();

        check(request(), Clock.systemUTC());

        assertThat(state()).isEqualTo(before);
    }

    @Test
    void a_transaction_that_stays_open_is_told_and_can_be_ended() throws Exception {
        try (Database other = server.open(NAME)) {
            other.execute("BEGIN; UPDATE customer SET mood = 5");
            CaptureRequest impatient = request().warningOfTransactionsAfter(Duration.ZERO);

            List<Finding> found = only("long-transaction", check(impatient, Clock.systemUTC()));

            assertThat(found).hasSize(1);
            found.get(0).sql().forEach(statement -> run(NAME, statement));
            await().untilAsserted(() -> assertThat(only("long-transaction", check(impatient, Clock.systemUTC())))
                    .isEmpty());
        }
    }

    @Test
    void a_clock_that_runs_ahead_is_told() {
        Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(60));

        assertThat(only("clock-skew", check(request(), ahead))).hasSize(1);
    }

    @Test
    void a_slot_that_is_read_by_somebody_is_ended_and_dropped_by_its_remedy() {
        run(NAME, "SELECT pg_create_logical_replication_slot('millrace_books', 'pgoutput')");

        Finding found = only("slot-name", check(request(), Clock.systemUTC())).get(0);

        assertThat(found.severity()).isEqualTo(Severity.BLOCK);
        assertThat(found.found()).contains("in database books");
    }

    @Test
    void a_name_that_nothing_fits_is_a_slip_and_the_likely_name_is_told() {
        Finding found = only("table-missing", check(request().tables("public.custmer"), Clock.systemUTC()))
                .get(0);

        assertThat(found.found()).contains("public.customer");
    }

    @Test
    void views_partitions_and_foreign_things_are_named_with_their_fate() {
        run(NAME, "CREATE VIEW moods AS SELECT mood FROM customer");
        run(NAME, "CREATE TABLE visit (at date NOT NULL, id int, PRIMARY KEY (at, id)) PARTITION BY RANGE (at)");
        run(NAME, "CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");

        PreflightReport all = check(request(), Clock.systemUTC());
        PreflightReport named = check(request().tables("public.moods", "public.visit_2026"), Clock.systemUTC());

        assertThat(all.tables())
                .extracting(table -> table.id())
                .contains("public.visit")
                .doesNotContain("public.visit_2026", "public.moods");
        assertThat(only("left-out", all)).extracting(Finding::subject).containsExactly("public.moods");
        assertThat(only("not-a-table", named)).hasSize(1);
        assertThat(only("partition", named)).hasSize(1);
        assertThat(named.isBlocked()).isTrue();
    }

    @Test
    void a_partition_without_identity_keeps_the_whole_partitioned_table_out() {
        run(NAME, "CREATE TABLE visit (at date NOT NULL, id int) PARTITION BY RANGE (at)");
        run(NAME, "CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");

        assertThat(only("replica-identity", check(request(), Clock.systemUTC())))
                .extracting(Finding::subject)
                .containsExactly("public.visit");
    }

    @Test
    void the_fate_of_every_unusual_type_is_told() {
        run(NAME, "CREATE TYPE mood AS ENUM ('good', 'bad')");
        run(NAME, "CREATE DOMAIN age AS int");
        run(
                NAME,
                "CREATE TABLE odd (id int PRIMARY KEY, m mood, a age, n numeric, l int[], c circle, j jsonb,"
                        + " g int GENERATED ALWAYS AS (id * 2) STORED)");

        PreflightReport report = check(request(), Clock.systemUTC());

        assertThat(only("column-type", report))
                .extracting(Finding::subject)
                .containsExactlyInAnyOrder(
                        "public.odd.m", "public.odd.n", "public.odd.l", "public.odd.c", "public.odd.j");
        assertThat(only("column-type", report))
                .filteredOn(one -> one.severity() == Severity.WARN)
                .extracting(Finding::subject)
                .containsExactly("public.odd.c");
        assertThat(only("generated-column", report))
                .extracting(Finding::subject)
                .containsExactly("public.odd.g");
    }

    @Test
    void at_a_provider_settings_are_mended_where_the_provider_keeps_them() throws Exception {
        set("wal_level = replica");
        changed = true;
        server.restart();
        Map<String, String> places = Map.of(
                "rds_superuser", "rds.logical_replication",
                "cloudsqlsuperuser", "cloudsql.logical_decoding",
                "azure_pg_admin", "Server parameters");
        for (Map.Entry<String, String> place : places.entrySet()) {
            run(NAME, "CREATE ROLE " + place.getKey());

            Finding found =
                    only("wal-level", check(request(), Clock.systemUTC())).get(0);

            assertThat(found.sql()).isEmpty();
            assertThat(found.remedy()).contains(place.getValue()).contains("restart");
            run(NAME, "DROP ROLE " + place.getKey());
        }
    }

    @Test
    void a_database_that_cannot_be_reached_is_one_finding_without_the_password() {
        PreflightReport wrong =
                new Preflight(Clock.systemUTC()).run(server.address(NAME), "not-the-right-one", request());

        assertThat(wrong.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("unreachable");
            assertThat(finding.toString()).doesNotContain("not-the-right-one");
        });
    }

    @Test
    void the_report_for_a_dba_has_every_finding_with_its_statements() {
        run(NAME, "ALTER TABLE customer REPLICA IDENTITY NOTHING");

        PreflightReport report = check(request(), Clock.systemUTC());

        assertThat(report.markdown()).contains("`identity-nothing`", "ALTER TABLE public.customer REPLICA IDENTITY");
        assertThat(report.json().toString()).contains("\"code\":\"identity-nothing\"");
    }

    private List<Finding> find(Fault fault) {
        CaptureRequest request = fault.request().apply(request());
        SourceAddress address = server.address(NAME).as(fault.user());
        return only(fault.code(), new Preflight(Clock.systemUTC()).run(address, PostgresServer.PASSWORD, request));
    }

    private PreflightReport check(CaptureRequest request, Clock clock) {
        return new Preflight(clock).run(server.address(NAME), PostgresServer.PASSWORD, request);
    }

    private static CaptureRequest request() {
        return CaptureRequest.of(NAME);
    }

    private static List<Finding> only(String code, PreflightReport report) {
        return report.findings().stream().filter(one -> one.code().equals(code)).toList();
    }

    private void set(String setting) {
        run("postgres", "ALTER SYSTEM SET " + setting);
    }

    private void run(String database, String sql) {
        try (Database session = server.open(database)) {
            // As ALTER DATABASE may have made it read-only, which is what a remedy has to get past.
            session.execute("SET default_transaction_read_only = off");
            session.execute(sql);
        }
    }

    private List<String> state() {
        try (Database database = server.open(NAME)) {
            List<String> all = new ArrayList<>();
            for (String query : List.of(
                    "SELECT pubname::text AS x FROM pg_publication",
                    "SELECT slot_name::text AS x FROM pg_replication_slots",
                    "SELECT rolname::text AS x FROM pg_roles ORDER BY 1",
                    "SELECT oid::regclass::text || relreplident::text AS x FROM pg_class ORDER BY 1",
                    "SELECT nspname::text AS x FROM pg_namespace WHERE nspname !~ 'pg_t' ORDER BY 1")) {
                database.rows(query).forEach(row -> all.add(row.text("x")));
            }
            return all;
        }
    }
}
