package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.spark.support.DebeziumWorker;
import io.millrace.spark.support.DriverProcess;
import io.millrace.spark.support.Postgres;
import io.millrace.spark.support.S3;
import io.millrace.spark.support.Servers;
import io.millrace.spark.support.SqlClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;

/**
 * A schema that was made to be awkward, in a real PostgreSQL, through Debezium, Connect, Kafka and Spark into Hudi on S3:
 * every mirror equals its table, row by row and type by type, after each of three kills.
 *
 * <p>Runs with {@code -Dmillrace.mirror.transactions=40}; {@code 1000} makes it long, {@code -Dmillrace.mirror.seed=7}
 * another one.
 */
class PagilaMirrorIT {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Path SCHEMA = Path.of("../../shared/data/pagila-schema.sql");

    private final long seed = Long.getLong("millrace.mirror.seed", 20261128L);
    private final int transactions = Integer.getInteger("millrace.mirror.transactions", 40);
    private final SqlClient sql = new SqlClient();

    private final Path folder = Path.of("target", "it", "pagila").toAbsolutePath();

    private Postgres postgres;
    private DriverProcess driver;
    private DebeziumWorker worker;

    @Test
    void everyMirrorEqualsItsTableAfterEachOfThreeKills() throws Exception {
        // Eighteen tables through six servers: minutes of processor time, so only when it is asked for.
        assumeThat(System.getProperty("millrace.mirror.transactions")).isNotNull();
        assumeThat(SCHEMA).as("real schemas beside the project").exists();
        PagilaWorkload workload = new PagilaWorkload(seed);
        FileUtils.deleteDirectory(folder.toFile());
        try (Postgres database = Postgres.start(folder);
                Servers servers = Servers.start(folder.resolve("servers"));
                S3 s3 = S3.start(folder);
                DebeziumWorker connect = DebeziumWorker.start(folder, servers);
                DriverProcess lake = driver(servers, s3)) {
            postgres = database;
            worker = connect;
            driver = lake;
            try (Connection admin = database.connect("postgres")) {
                PagilaWorkload.execute(admin, "create database pagila");
            }
            try (Connection setup = connect()) {
                workload.create(setup, SCHEMA);
            }
            lake.start("--jobs", "lake_mirror");
            // The snapshot meets a connector that dies and a database that goes on.
            connect.capture("pagila", database, settings());
            connect.process().kill();
            run(workload);
            connect.start();
            compare("after the snapshot, with the worker killed on the way");

            run(workload);
            lake.process().kill();
            run(workload);
            addAndWidenColumns();
            run(workload);
            lake.start("--jobs", "lake_mirror");
            compare("after the driver was killed and columns came and grew");

            run(workload);
            database.kill();
            database.start();
            run(workload);
            compare("after the database was killed");

            bringWhatIsNotLogged();
            compare("after an incremental snapshot");
        }
    }

    private void addAndWidenColumns() throws SQLException {
        try (Connection database = connect()) {
            for (String statement : List.of(
                    "alter table actor add column born date",
                    // Rows that are there get it, and nothing of that is logged.
                    "alter table film add column studio text default 'Žižkov' not null",
                    "alter table film add column budget numeric(14,2) default 1000.50",
                    "alter table every_type alter column n type bigint",
                    "alter table every_type alter column small type integer",
                    "alter table every_type alter column label type varchar(400)",
                    "alter table every_type alter column price type numeric(16,2)",
                    "update actor set born = date '1980-01-01' + actor_id where actor_id % 2 = 0",
                    "insert into every_type(id, n, price) values (1, 5000000000, 12345678901234.56)",
                    "update film set rental_rate = rental_rate + 0.01 where film_id % 5 = 0")) {
                PagilaWorkload.execute(database, statement);
            }
        }
    }

    /** A default that differs from row to row is in no log; Debezium reads the rows again when it is asked to. */
    private void bringWhatIsNotLogged() throws SQLException {
        try (Connection database = connect()) {
            PagilaWorkload.execute(database, "alter table film_actor add column made uuid default gen_random_uuid()");
            PagilaWorkload.execute(database, "update film_actor set last_update = now() where actor_id % 2 = 0");
            PagilaWorkload.execute(
                    database,
                    "insert into millrace_signals values ('again', 'execute-snapshot',"
                            + " '{\"type\": \"incremental\", \"data-collections\": [\"public.film_actor\"]}')");
            PagilaWorkload.execute(database, "update film_actor set last_update = now() where actor_id % 3 = 0");
        }
    }

    /** Two connections at once, so that transactions overlap in the log. */
    private void run(PagilaWorkload workload) throws SQLException {
        try (Connection one = connect();
                Connection long_ = connect()) {
            long_.setAutoCommit(false);
            for (int i = 0; i < transactions; i++) {
                if (i % 10 == 0) {
                    PagilaWorkload.execute(long_, "insert into notes(text) values ('overlapping " + i + "')");
                }
                workload.transaction(one);
                if (i % 10 == 5) {
                    long_.commit();
                }
            }
            long_.commit();
        }
    }

    private void compare(String when) throws Exception {
        try (Connection database = connect()) {
            for (String name : SourceTable.names(database)) {
                SourceTable source = SourceTable.of(database, name);
                List<String> rows = source.rows(database);
                if (rows.isEmpty()) {
                    continue;
                }
                long deadline = System.nanoTime() + PATIENCE.toNanos();
                while (!mirror(source).equals(rows) && System.nanoTime() < deadline) {
                    assertThat(driver.process().isAlive())
                            .as(driver.process().tail())
                            .isTrue();
                    assertThat(worker.failure("pagila")).isEmpty();
                    Thread.sleep(500);
                }
                assertThat(MirrorText.differences(mirror(source), rows))
                        .as("%s: %s, seed %d", name, when, seed)
                        .isEmpty();
                assertThat(types(source)).as("%s: types %s", name, when).isEqualTo(wanted(source));
            }
        }
    }

    private List<String> mirror(SourceTable source) {
        if (source.name().equals("notes")) {
            JsonNode changes = sql.answer(driver, "select text, at, _cdc_op from pagila_notes");
            return MirrorText.remaining(changes, source).entrySet().stream()
                    .flatMap(row -> java.util.Collections.nCopies(Math.max(0, row.getValue()), row.getKey()).stream())
                    .sorted()
                    .toList();
        }
        return MirrorText.rows(sql.answer(driver, "select " + names(source, "`%s`") + from(source)), source);
    }

    private Map<String, String> types(SourceTable source) {
        JsonNode row = sql.answer(driver, "select " + names(source, "typeof(`%s`)") + from(source) + " limit 1")
                .path("rows")
                .path(0);
        Map<String, String> types = new TreeMap<>();
        for (int i = 0; i < source.columns().size(); i++) {
            types.put(source.columns().get(i).name(), row.path(i).asText());
        }
        return types;
    }

    private static Map<String, String> wanted(SourceTable source) {
        return source.columns().stream()
                .collect(Collectors.toMap(
                        SourceTable.SourceColumn::name, SourceTable.SourceColumn::lakeType, (a, b) -> a, TreeMap::new));
    }

    private static String names(SourceTable source, String pattern) {
        return source.columns().stream()
                .map(column -> pattern.formatted(column.name()))
                .collect(Collectors.joining(", "));
    }

    private static String from(SourceTable source) {
        return " from pagila_" + source.name();
    }

    private Connection connect() throws SQLException {
        Connection connection = postgres.connect("pagila");
        PagilaWorkload.execute(connection, "set search_path = public");
        return connection;
    }

    private static Map<String, String> settings() {
        return Map.of(
                "table.exclude.list", "public\\.payment_p.*",
                // PostgreSQL computes it when it is read and logs it never.
                "column.exclude.list", "public\\.film\\.length_hours",
                "signal.data.collection", "public.millrace_signals",
                "incremental.snapshot.chunk.size", "16");
    }

    private DriverProcess driver(Servers servers, S3 s3) {
        Map<String, String> settings = new HashMap<>(s3.driverSettings());
        settings.put("trigger.lake", "1 s");
        settings.put("mirror.topics", "cdc\\.pagila\\..*");
        settings.put("batch.max.records", "400");
        return new DriverProcess(folder.resolve("driver"), servers, settings);
    }
}
