package io.millrace.connect.configs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.Origin;
import io.millrace.schemas.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/** What has to hold for every pair of declared and live things. */
class PlannerPropertiesTest {
    private static final PlanOptions EVERYTHING = new PlanOptions(true, true);

    @Property(tries = 300)
    void aPlanThatWasAppliedLeavesNothingToDo(
            @ForAll("environments") Declared before, @ForAll("environments") Declared now) {
        LiveModel servers = new LiveModel();
        servers.apply(Planner.plan(before, servers.live(before), EVERYTHING), before);
        // Partitions never shrink, so what is declared later is at least as large.
        Declared grown = grown(before, now);
        Plan plan = Planner.plan(grown, live(servers, grown), EVERYTHING);
        servers.apply(plan, grown);

        Plan second = Planner.plan(grown, live(servers, grown), EVERYTHING);
        assertThat(second.changes()).isEmpty();
        assertThat(second.isBlocked()).isFalse();
        assertThat(Drift.of(grown, live(servers, grown)).items()).isEmpty();
    }

    @Property(tries = 100)
    void theSameInputGivesTheSamePlan(@ForAll("environments") Declared declared) {
        LiveModel servers = new LiveModel();
        assertThat(Planner.plan(declared, servers.live(declared), EVERYTHING))
                .isEqualTo(Planner.plan(declared, servers.live(declared), EVERYTHING));
    }

    @Property(tries = 200)
    void aForeignConnectorIsInNoChangeWhateverIsDeclared(@ForAll("environments") Declared declared) {
        LiveModel servers = new LiveModel();
        for (String name : List.of("a", "b", "stranger")) {
            servers.connectors.put(
                    name, LiveModel.connector(name, Map.of("connector.class", LiveModel.SINK, "x", "1"), "RUNNING"));
        }
        Plan plan = Planner.plan(declared, servers.live(declared), new PlanOptions(true, false));
        assertThat(plan.changes()).extracting(Change::name).doesNotContain("a", "b", "stranger");
    }

    @Property(tries = 200)
    void whatSomebodyChangesByHandIsDriftAndWhatTheFilesChangeIsNot(
            @ForAll("connectors") List<DeclaredConnector> connectors) {
        Declared declared = new Declared(LiveModel.OWNER, List.of(), List.of(), connectors, Optional.empty());
        LiveModel servers = new LiveModel();
        servers.apply(Planner.plan(declared, servers.live(declared), EVERYTHING), declared);
        Declared edited = new Declared(
                LiveModel.OWNER,
                List.of(),
                List.of(),
                connectors.stream().map(one -> with(one, "edited", "1")).toList(),
                Optional.empty());

        assertThat(Drift.of(edited, servers.live(edited)).exists()).isFalse();
        assertThat(Drift.of(edited, servers.live(edited)).items()).hasSameSizeAs(connectors);

        connectors.forEach(connector -> {
            Map<String, String> byHand =
                    new TreeMap<>(servers.connectors.get(connector.name()).config());
            byHand.put("by.hand", "1");
            servers.connectors.put(
                    connector.name(),
                    LiveModel.connector(
                            connector.name(),
                            byHand,
                            servers.connectors.get(connector.name()).status().state()));
        });
        assertThat(Drift.of(declared, servers.live(declared)).items())
                .hasSameSizeAs(connectors)
                .allMatch(item -> item.cause() == Drift.Cause.BY_HAND);
        assertThat(Drift.of(edited, servers.live(edited)).items()).allMatch(item -> item.cause() == Drift.Cause.BOTH);
    }

    private static Live live(LiveModel servers, Declared declared) {
        declared.subjects()
                .forEach(subject -> servers.subjects.computeIfPresent(
                        subject.name(),
                        (name, old) -> new LiveSubject(
                                old.newest(),
                                old.schema(),
                                old.schema().filter(subject.schema()::equals).map(schema -> old.newest()),
                                old.compatibility(),
                                true)));
        return servers.live(declared);
    }

    private static Declared grown(Declared before, Declared now) {
        Map<String, Integer> least = new TreeMap<>();
        before.topics().forEach(topic -> least.put(topic.name(), topic.partitions()));
        List<TopicSpec> topics = now.topics().stream()
                .map(topic -> LiveModel.topic(
                        topic.name(),
                        Math.max(topic.partitions(), least.getOrDefault(topic.name(), 1)),
                        topic.retention()))
                .toList();
        return new Declared(now.owner(), topics, now.subjects(), now.connectors(), now.contracts());
    }

    private static DeclaredConnector with(DeclaredConnector connector, String key, String value) {
        Map<String, String> config = new TreeMap<>(connector.config());
        config.put(key, value);
        return new DeclaredConnector(connector.name(), config, connector.state(), Origin.NONE);
    }

    @Provide
    Arbitrary<Declared> environments() {
        return Combinators.combine(topics(), subjects(), connectors(), contracts())
                .as((topics, subjects, connectors, contracts) ->
                        new Declared(LiveModel.OWNER, topics, subjects, connectors, contracts));
    }

    private static Arbitrary<List<TopicSpec>> topics() {
        Arbitrary<Optional<Duration>> retention =
                Arbitraries.integers().between(1, 3).map(Duration::ofDays).optional();
        return Combinators.combine(
                        Arbitraries.of("t.one", "t.two", "t.three"),
                        Arbitraries.integers().between(1, 6),
                        retention)
                .as(LiveModel::topic)
                .list()
                .uniqueElements(TopicSpec::name)
                .ofMaxSize(3);
    }

    private static Arbitrary<List<DeclaredSubject>> subjects() {
        return Combinators.combine(
                        Arbitraries.of("t.one-value", "t.two-value"),
                        Arbitraries.of("a", "b", "c").set(),
                        Arbitraries.of("BACKWARD", "FULL"))
                .as((name, fields, mode) -> new DeclaredSubject(name, schema(fields), mode))
                .list()
                .uniqueElements(DeclaredSubject::name)
                .ofMaxSize(2);
    }

    /** Optional fields only: any two of these schemas are compatible in both directions. */
    private static Schema schema(Iterable<String> fields) {
        SchemaBuilder.FieldAssembler<Schema> record =
                SchemaBuilder.record("Event").fields().requiredString("id");
        for (String field : fields) {
            record = record.optionalString(field);
        }
        return record.endRecord();
    }

    @Provide
    Arbitrary<List<DeclaredConnector>> connectors() {
        Arbitrary<Map<String, String>> settings = Arbitraries.maps(
                Arbitraries.of("tasks.max", "topics", "fast", "other", "pin"),
                Arbitraries.of("1", "2", "true", "FALSE", "x, y", "${env:PIN}"));
        return Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.of(LiveModel.SOURCE, LiveModel.SINK),
                        settings,
                        Arbitraries.of(DeclaredState.class).optional())
                .as((name, plugin, config, state) -> {
                    Map<String, String> all = new TreeMap<>(config);
                    all.put("connector.class", plugin);
                    return new DeclaredConnector(name, all, state, Origin.NONE);
                })
                .list()
                .uniqueElements(DeclaredConnector::name)
                .ofMaxSize(4);
    }

    private static Arbitrary<Optional<ContractFiles>> contracts() {
        return Arbitraries.maps(
                        Arbitraries.of("t.one/contract.yaml", "t.one/value.avsc", "t.two/contract.yaml"),
                        Arbitraries.of("1", "2"))
                .map(hashes -> new ContractFiles("contracts", hashes))
                .optional();
    }

    @Property(tries = 100)
    void theMarksOfWhatWasAppliedSayThatNobodyChangedIt(@ForAll("connectors") List<DeclaredConnector> connectors) {
        for (DeclaredConnector connector : connectors) {
            Map<String, String> marked = Marks.put(connector.config(), LiveModel.OWNER);
            assertThat(Marks.changedByHand(marked)).isFalse();
            assertThat(Marks.plain(marked)).isEqualTo(connector.config());
            assertThat(Marks.put(marked, LiveModel.OWNER)).isEqualTo(marked);
        }
    }
}
