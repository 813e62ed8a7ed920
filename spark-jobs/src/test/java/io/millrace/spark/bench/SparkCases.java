package io.millrace.spark.bench;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import io.millrace.spark.declared.DeclaredCases;
import io.millrace.spark.lake.LakeCases;
import io.millrace.spark.lake.LakeJobs;
import io.millrace.spark.serving.AggregateJob;
import io.millrace.spark.serving.Enrich;
import io.millrace.spark.support.Broker;
import io.millrace.spark.support.Places;
import io.millrace.testing.bench.BenchRun;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is measured, by name, each with its floor. */
final class SparkCases {
    private static final String WEB = "web.events";
    private static final String ENRICHED = "web.enriched";
    private static final String PAYMENTS = "payments.authorizations";
    private static final String SESSIONS = "serving.sessions";
    private static final String ROWS = "rows/s";

    /** Event time of the whole input, however many events it has: some hours, in which sessions begin and end. */
    private static final double SECONDS = 10_000;

    private final BenchServers servers;
    private final BenchRunner runner;
    private final Catalogue catalogue;
    private final Path jobs;
    private final long events;

    /** Adds what it measures. */
    interface Case {
        void addTo(BenchRun bench) throws Exception;
    }

    SparkCases(BenchServers servers, BenchRunner runner, Catalogue catalogue, Path jobs, long events) {
        this.servers = servers;
        this.runner = runner;
        this.catalogue = catalogue;
        this.jobs = jobs;
        this.events = events;
    }

    Map<String, Case> all() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("decode", this::decode);
        cases.put("enrich", this::enrich);
        cases.put("aggregate", this::aggregate);
        cases.put("users", this::users);
        cases.put("sessions", this::sessions);
        cases.put("velocity", this::velocity);
        cases.put("lake_append", this::append);
        cases.put("lake_upsert", this::upsert);
        cases.put("cdc_mirror", this::mirror);
        return cases;
    }

    private void decode(BenchRun bench) {
        Broker broker = web();
        bench.add("decode: from_avro", ROWS, () -> query(broker, events, context -> Floors.decode(context, WEB)));
        bench.add(
                "decode: lake",
                ROWS,
                "decode: from_avro",
                () -> query(
                        broker,
                        events,
                        context -> Floors.toNoop(context, "decode_lake", LakeCases.decoded(context, WEB))));
        bench.add(
                "decode: declared job",
                ROWS,
                "decode: from_avro",
                () -> query(
                        broker,
                        events,
                        context -> Floors.toNoop(context, "decode_declared", DeclaredCases.events(context, WEB))));
    }

    private void enrich(BenchRun bench) {
        Broker broker = web();
        BenchInput topics = input(broker);
        Path places = Places.unpack(servers.work());
        bench.add("enrich: copy to a topic", ROWS, () -> {
            topics.recreate("bench.copy");
            return query(broker, events, context -> Floors.copy(context, WEB, "bench.copy"));
        });
        bench.add("enrich", ROWS, "enrich: copy to a topic", () -> {
            topics.recreate(ENRICHED);
            JobContext context = runner.context(broker, Map.of("geo.country.mmdb", places.toString()));
            BenchRun.Figure figure = runner.run(new Enrich(), context, events);
            Answers.atLeast(topics.size(ENRICHED), events, "enriched events");
            return figure;
        });
    }

    private void aggregate(BenchRun bench) {
        compare(bench, "aggregate", enriched(), events, "http_errors", context -> Floors.httpErrors(context, ENRICHED));
    }

    private void users(BenchRun bench) {
        Broker broker = enriched();
        BenchInput topics = input(broker);
        bench.add("users: hand-written", ROWS, () -> {
            topics.recreate("bench.users");
            return query(broker, events, context -> Floors.usersPerMinute(context, ENRICHED, "bench.users"));
        });
        bench.add("users", ROWS, "users: hand-written", () -> {
            topics.recreate("serving.requests_per_minute");
            BenchRun.Figure figure = job(broker, AggregateJob.requestsPerMinute(), events);
            Answers.same(broker, catalogue, "serving.requests_per_minute", "bench.users", "updated_at");
            return figure;
        });
    }

    private void velocity(BenchRun bench) {
        compare(
                bench,
                "velocity",
                payments(),
                events / 5,
                "card_velocity",
                context -> Floors.velocity(context, PAYMENTS));
    }

    /** A declared job and the same query written against Spark's API, which have to serve the same rows. */
    private void compare(
            BenchRun bench, String name, Broker broker, long records, String job, BenchRunner.Start floor) {
        BenchInput topics = input(broker);
        String served = "serving." + job;
        bench.add(name + ": hand-written", ROWS, () -> {
            topics.recreate("bench." + job);
            return query(broker, records, floor);
        });
        bench.add(name, ROWS, name + ": hand-written", () -> {
            topics.recreate(served);
            BenchRun.Figure figure = job(broker, DeclaredCases.job(jobs, job), records);
            Answers.same(broker, catalogue, served, "bench." + job, "updated_at");
            return figure;
        });
    }

    private void sessions(BenchRun bench) {
        Broker broker = enriched();
        BenchInput topics = input(broker);
        bench.add("sessions: session_window, closed only", ROWS, () -> {
            topics.recreate("bench.sessions");
            return query(broker, events, context -> Floors.sessions(context, ENRICHED, "bench.sessions"));
        });
        bench.add("sessions, open ones too", ROWS, "sessions: session_window, closed only", () -> {
            topics.recreate(SESSIONS);
            BenchRun.Figure figure = job(broker, AggregateJob.sessions(), events);
            long same = Answers.closedSessions(broker, catalogue, SESSIONS, "bench.sessions");
            return new BenchRun.Figure(
                    figure.value(), figure.processorMicros(), figure.remark() + ", %,d the same".formatted(same));
        });
    }

    private void append(BenchRun bench) {
        Broker broker = web();
        lake(bench, "lake_append", broker, events, LakeJobs::raw, context -> LakeCases.bareAppend(context, WEB));
    }

    private void upsert(BenchRun bench) {
        Broker broker = states();
        lake(
                bench,
                "lake_upsert",
                broker,
                events / 5,
                LakeJobs::sessions,
                context -> LakeCases.bareUpsert(context, SESSIONS));
    }

    private void mirror(BenchRun bench) {
        Broker broker = states();
        long changes = events / 5;
        LakeCases.fillChanges(input(broker), new SchemaRegistry(servers.registryUrl()), changes);
        lake(bench, "cdc_mirror", broker, changes, LakeJobs::mirror, LakeCases::bareMirror);
    }

    private void lake(
            BenchRun bench, String name, Broker broker, long records, Supplier<Job> job, BenchRunner.Start floor) {
        AtomicLong rows = new AtomicLong();
        Map<String, String> mirror = Map.of("mirror.topics", "cdc\\.bench\\..*");
        bench.add(name + ": bare Hudi write", ROWS, () -> {
            JobContext context = runner.context(broker, mirror);
            BenchRun.Figure figure = runner.run(floor, context, records);
            rows.set(LakeCases.rows(context));
            return figure;
        });
        bench.add(name, ROWS, name + ": bare Hudi write", () -> {
            JobContext context = runner.context(broker, mirror);
            BenchRun.Figure figure = runner.run(job.get(), context, records);
            long ours = LakeCases.rows(context);
            if (ours != rows.get()) {
                throw new IllegalStateException(name + " has %,d rows, the bare write %,d".formatted(ours, rows.get()));
            }
            return figure;
        });
    }

    private BenchRun.Figure job(Broker broker, Job job, long records) throws Exception {
        return runner.run(job, runner.context(broker, Map.of()), records);
    }

    private BenchRun.Figure query(Broker broker, long records, BenchRunner.Start query) throws Exception {
        return runner.run(query, runner.context(broker, Map.of()), records);
    }

    private Broker web() {
        Broker broker = broker("web");
        BenchInput input = input(broker);
        BenchEvents source = new BenchEvents(events / SECONDS);
        input.fillRecords(
                WEB, events, number -> source.web(catalogue.require(WEB).requireValue(), number), "user_id");
        input.createAll(catalogue.contracts().stream().map(Contract::name).collect(Collectors.toSet()));
        return broker;
    }

    private Broker enriched() {
        Broker broker = broker("enriched");
        BenchEvents source = new BenchEvents(events / SECONDS);
        input(broker)
                .fillRecords(
                        ENRICHED,
                        events,
                        number -> source.enriched(catalogue.require(ENRICHED).requireValue(), number),
                        "user_id");
        return broker;
    }

    private Broker payments() {
        Broker broker = broker("payments");
        BenchEvents source = new BenchEvents(events / SECONDS / 5);
        input(broker)
                .fillRecords(
                        PAYMENTS,
                        events / 5,
                        number -> source.payment(catalogue.require(PAYMENTS).requireValue(), number),
                        "card_id");
        return broker;
    }

    private Broker states() {
        Broker broker = broker("states");
        BenchEvents source = new BenchEvents(events / SECONDS);
        input(broker)
                .fillRecords(
                        SESSIONS,
                        events / 5,
                        number -> source.session(catalogue.require(SESSIONS).requireValue(), number),
                        "session_id");
        return broker;
    }

    /** Each size of input has brokers of its own. */
    private Broker broker(String name) {
        return servers.broker(name + "-" + events);
    }

    private BenchInput input(Broker broker) {
        return new BenchInput(broker.bootstrapServers(), catalogue, servers.registryUrl());
    }
}
