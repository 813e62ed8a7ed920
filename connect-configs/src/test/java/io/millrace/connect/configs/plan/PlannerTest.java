package io.millrace.connect.configs.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.configs.ConnectorStatus;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredState;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.Origin;
import io.millrace.connect.configs.Validation;
import io.millrace.schemas.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final String SECRET = "hunter2-do-not-print";
    private static final PlanOptions PLAIN = new PlanOptions(false, false);

    private final LiveModel servers = new LiveModel();

    @Test
    void fewerPartitionsAreRefusedWithTheReason() {
        servers.topics.put("t", new LiveTopic(4, 1, Map.of("cleanup.policy", "delete"), Set.of()));
        Plan plan = plan(declared(LiveModel.topic("t", 2, Optional.empty())));
        assertThat(plan.isBlocked()).isTrue();
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.findings().get(0).text())
                .contains("has 4 partitions, declared are 2", "cannot take partitions");
    }

    @Test
    void morePartitionsOfAKeyedTopicSayThatKeysMove() {
        servers.topics.put("t", new LiveTopic(4, 1, Map.of("cleanup.policy", "delete"), Set.of()));
        Plan plan = plan(declared(LiveModel.topic("t", 6, Optional.empty())));
        assertThat(PlanText.describe(plan.changes().get(0))).contains("4 -> 6", "keys move");
    }

    @Test
    void aSettingThatNoContractNamesIsTheOperatorsAndOneThatItNamesIsNot() {
        servers.topics.put(
                "t",
                new LiveTopic(
                        1,
                        1,
                        Map.of("cleanup.policy", "delete", "retention.ms", "5", "max.message.bytes", "9"),
                        Set.of("retention.ms", "max.message.bytes")));
        Plan plan = plan(declared(LiveModel.topic("t", 1, Optional.empty())));
        assertThat(plan.changes(Change.ConfigureTopic.class))
                .singleElement()
                .extracting(Change.ConfigureTopic::settings)
                .isEqualTo(List.of(new KeyChange("retention.ms", Optional.of("5"), Optional.empty(), "")));
    }

    @Test
    void aReplicationThatDiffersIsToldAndNothingIsDone() {
        servers.topics.put("t", new LiveTopic(1, 2, Map.of("cleanup.policy", "delete"), Set.of()));
        Plan plan = plan(declared(
                new TopicSpec("t", 1, (short) 3, TopicSpec.Cleanup.DELETE, Optional.<Duration>empty(), List.of())));
        assertThat(plan.changes()).isEmpty();
        assertThat(plan.isBlocked()).isFalse();
        assertThat(plan.findings().get(0).text()).contains("replication factor 2, declared is 3");
    }

    @Test
    void anIncompatibleSchemaIsRefusedWithTheFieldThatBreaks() {
        Schema old = SchemaBuilder.record("E").fields().requiredString("id").endRecord();
        Schema broken = SchemaBuilder.record("E")
                .fields()
                .requiredString("id")
                .requiredString("country")
                .endRecord();
        servers.subjects.put("t-value", new LiveSubject(3, Optional.of(old), Optional.empty(), "BACKWARD", false));
        Plan plan = plan(new Declared(
                LiveModel.OWNER,
                List.of(),
                List.of(new DeclaredSubject("t-value", broken, "BACKWARD")),
                List.of(),
                Optional.empty()));
        assertThat(plan.isBlocked()).isTrue();
        assertThat(plan.findings().get(0).text())
                .contains("not BACKWARD compatible with version 3", "the registry refuses it", "country");
    }

    @Test
    void aRegistryThatIsStillPermissiveDoesNotHideWhatTheDeclaredModeForbids() {
        Schema old = SchemaBuilder.record("E").fields().requiredString("id").endRecord();
        Schema broken =
                SchemaBuilder.record("E").fields().requiredString("country").endRecord();
        servers.subjects.put("t-value", new LiveSubject(1, Optional.of(old), Optional.empty(), "NONE", true));
        assertThat(plan(new Declared(
                                LiveModel.OWNER,
                                List.of(),
                                List.of(new DeclaredSubject("t-value", broken, "BACKWARD")),
                                List.of(),
                                Optional.empty()))
                        .isBlocked())
                .isTrue();
    }

    @Test
    void defaultsSpellingsNamesAndMarksAreNoChanges() {
        DeclaredConnector declared = sink("one", Map.of("topics", "a,b", "fast", "TRUE"));
        Map<String, String> live = new TreeMap<>(Marks.put(declared.config(), LiveModel.OWNER));
        live.putAll(Map.of("topics", " a , b ", "fast", "true", "tasks.max", "1", "__internal.version", "7"));
        servers.connectors.put("one", LiveModel.connector("one", live, "RUNNING"));
        Plan plan = plan(declared(declared));
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.unchanged().connectors()).isEqualTo(1);
    }

    @Test
    void aNumberSpelledOtherwiseIsAChange() {
        DeclaredConnector declared = sink("one", Map.of("tasks.max", "01"));
        servers.connectors.put("one", ours(sink("one", Map.of("tasks.max", "2"))));
        assertThat(plan(declared(declared))
                        .changes(Change.ChangeConnector.class)
                        .get(0)
                        .keys())
                .containsExactly(new KeyChange("tasks.max", Optional.of("2"), Optional.of("01"), ""));
    }

    @Test
    void aLiveSecretIsComparedAndNeverShown() {
        DeclaredConnector declared = sink("one", Map.of("pin", "${env:PIN}", "url", "http://h", "api.key", "${env:K}"));
        Map<String, String> live = new TreeMap<>(declared.config());
        live.put("pin", SECRET);
        live.put("api.key", SECRET);
        live.put("url", "http://user:" + SECRET + "@h");
        servers.connectors.put("one", LiveModel.connector("one", Marks.put(live, LiveModel.OWNER), "RUNNING"));
        Live state = servers.live(declared(declared));
        Plan plan = Planner.plan(declared(declared), state, PLAIN);
        assertThat(plan.changes(Change.ChangeConnector.class).get(0).keys())
                .extracting(KeyChange::key)
                .containsExactly("api.key", "pin", "url");
        String all = printed(plan)
                + state
                + plan
                + state.connectors()
                + Drift.of(declared(declared), state).items()
                + SavedPlan.of("test", PLAIN, declared(declared), state, plan);
        assertThat(all).doesNotContain(SECRET).contains("(hidden)");
    }

    @Test
    void whatAVariableWasResolvedToIsNeverShownUnderWhateverKey() {
        DeclaredConnector declared = new DeclaredConnector(
                "one",
                Map.of("connector.class", LiveModel.SINK, "endpoint", SECRET + "-new"),
                Optional.empty(),
                new Origin("one.json", Map.of(), Map.of("endpoint", "${var:endpoint}")));
        servers.connectors.put("one", ours(sink("one", Map.of("endpoint", SECRET))));
        servers.validations.put(
                "one",
                new Validation(
                        LiveModel.VALID.settings(),
                        Map.of("endpoint", List.of("cannot reach " + SECRET + "-new, is it there?"))));
        Plan plan = plan(declared(declared));
        assertThat(printed(plan))
                .doesNotContain(SECRET)
                .contains("(hidden)  ->  ${var:endpoint}", "cannot reach (hidden), is it there?");
    }

    @Test
    void aMaskedValueIsNoChangeAndSaidToBeUnknown() {
        DeclaredConnector declared = sink("one", Map.of("pin", "${env:PIN}"));
        Map<String, String> live = new TreeMap<>(Marks.put(declared.config(), LiveModel.OWNER));
        live.put("pin", "****************");
        servers.connectors.put("one", LiveModel.connector("one", live, "RUNNING"));
        Plan plan = plan(declared(declared));
        assertThat(plan.isEmpty()).isTrue();
        assertThat(plan.findings().get(0).text()).contains("pin: the worker masks its value");
    }

    @Test
    void whatTheWorkersSayIsShownByKeyWithFileAndLineAndWithoutTheValue() {
        DeclaredConnector declared = new DeclaredConnector(
                "one",
                Map.of("connector.class", LiveModel.SINK, "pin", "${env:PIN}", "tasks.max", "x"),
                Optional.empty(),
                new Origin("one.json", Map.of("pin", "one.json:7", "tasks.max", "one.json:4"), Map.of()));
        servers.validations.put(
                "one",
                new Validation(
                        LiveModel.VALID.settings(),
                        Map.of(
                                "tasks.max", List.of("Invalid value x for configuration tasks.max: no number"),
                                "pin", List.of("Invalid value " + SECRET + " for configuration pin: too short"))));
        Plan plan = plan(declared(declared));
        assertThat(plan.findings())
                .extracting(Finding::at, Finding::text)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                "one.json:7", "pin: Invalid value (hidden) for configuration pin: too short"),
                        org.assertj.core.groups.Tuple.tuple(
                                "one.json:4", "tasks.max: Invalid value x for configuration tasks.max: no number"));
        assertThat(printed(plan)).doesNotContain(SECRET).contains("2 problems");
    }

    @Test
    void aFailureThatAWorkerTellsLosesItsSecrets() {
        DeclaredConnector declared = sink("one", Map.of());
        Map<String, String> marked = Marks.put(declared.config(), LiveModel.OWNER);
        ConnectorStatus.Task task = new ConnectorStatus.Task(
                0, "FAILED", Optional.of("java.io.IOException: login with password=" + SECRET + " refused"));
        servers.connectors.put(
                "one",
                new LiveConnector(
                        "one", "sink", marked, new ConnectorStatus("one", "RUNNING", Optional.empty(), List.of(task))));
        Plan plan = plan(declared(declared));
        assertThat(printed(plan)).doesNotContain(SECRET).contains("is as declared but has failed", "refused");
    }

    @Test
    void onlyOursIsPrunedAndOnlyWhenAsked() {
        servers.connectors.put("ours", ours(sink("ours", Map.of())));
        servers.connectors.put(
                "theirs", LiveModel.connector("theirs", Map.of("connector.class", LiveModel.SINK), "RUNNING"));
        Declared nothing = declared();
        assertThat(plan(nothing).findings())
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.FOREIGN, Finding.Kind.LEFT);
        assertThat(plan(nothing).changes()).isEmpty();
        assertThat(Planner.plan(nothing, servers.live(nothing), new PlanOptions(true, true))
                        .changes())
                .containsExactly(new Change.DeleteConnector("ours", 1));
    }

    @Test
    void aForeignConnectorOfADeclaredNameIsTakenOverOnlyWhenAsked() {
        DeclaredConnector declared = sink("one", Map.of("other", "2"));
        servers.connectors.put(
                "one", LiveModel.connector("one", Map.of("connector.class", LiveModel.SINK, "other", "1"), "RUNNING"));
        assertThat(plan(declared(declared)).changes()).isEmpty();
        Plan adopted = Planner.plan(declared(declared), servers.live(declared(declared)), new PlanOptions(false, true));
        assertThat(adopted.changes(Change.ChangeConnector.class).get(0).adopted())
                .isTrue();
    }

    @Test
    void onlyADeclaredStateIsKept() {
        servers.connectors.put(
                "one",
                LiveModel.connector("one", Marks.put(sink("one", Map.of()).config(), LiveModel.OWNER), "PAUSED"));
        assertThat(plan(declared(sink("one", Map.of()))).changes()).isEmpty();
        DeclaredConnector running = new DeclaredConnector(
                "one", sink("one", Map.of()).config(), Optional.of(DeclaredState.RUNNING), Origin.NONE);
        assertThat(plan(declared(running)).changes())
                .containsExactly(new Change.ChangeState("one", false, "PAUSED", DeclaredState.RUNNING));
    }

    @Test
    void sourcesComeBeforeSinksAndRemovalsLast() {
        servers.connectors.put("a-old", ours(sink("a-old", Map.of())));
        Declared declared = new Declared(
                LiveModel.OWNER,
                List.of(LiveModel.topic("t", 1, Optional.empty())),
                List.of(),
                List.of(
                        sink("b-sink", Map.of()),
                        new DeclaredConnector("c-source", Map.of("connector.class", LiveModel.SOURCE))),
                Optional.empty());
        assertThat(Planner.plan(declared, servers.live(declared), new PlanOptions(true, false))
                        .changes())
                .extracting(Change::name)
                .containsExactly("t", "c-source", "b-sink", "a-old");
    }

    @Test
    void aSavedPlanNamesWhatMovedAndNothingElse() {
        DeclaredConnector one = sink("one", Map.of("other", "1"));
        Declared declared = declared(one);
        Live before = servers.live(declared);
        SavedPlan saved = SavedPlan.of("test", PLAIN, declared, before, Planner.plan(declared, before, PLAIN));
        assertThat(saved.moved(declared, servers.live(declared))).isEmpty();
        servers.connectors.put("one", ours(one));
        assertThat(saved.moved(declared, servers.live(declared))).containsExactly("connector one");
        assertThat(saved.moved(declared(sink("one", Map.of("other", "2"))), servers.live(declared)))
                .containsExactly("the file of connector one", "connector one");
    }

    private Plan plan(Declared declared) {
        return Planner.plan(declared, servers.live(declared), PLAIN);
    }

    private static String printed(Plan plan) {
        Header header = new Header("test", "http://c", "4", 2, "k", 1, "none");
        return String.join("\n", PlanText.of(header, plan, Paint.NONE))
                + PlanJson.of(header, plan).toPrettyString();
    }

    private static LiveConnector ours(DeclaredConnector connector) {
        return LiveModel.connector(connector.name(), Marks.put(connector.config(), LiveModel.OWNER), "RUNNING");
    }

    private static DeclaredConnector sink(String name, Map<String, String> settings) {
        Map<String, String> config = new TreeMap<>(settings);
        config.put("connector.class", LiveModel.SINK);
        return new DeclaredConnector(name, config);
    }

    private static Declared declared(DeclaredConnector... connectors) {
        return new Declared(LiveModel.OWNER, List.of(), List.of(), List.of(connectors), Optional.empty());
    }

    private static Declared declared(TopicSpec topic) {
        return new Declared(LiveModel.OWNER, List.of(topic), List.of(), List.of(), Optional.empty());
    }
}
