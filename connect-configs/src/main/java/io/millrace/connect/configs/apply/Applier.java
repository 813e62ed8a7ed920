package io.millrace.connect.configs.apply;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.live.TopicReader;
import io.millrace.connect.configs.plan.Change;
import io.millrace.connect.configs.plan.Declared;
import io.millrace.connect.configs.plan.DeclaredSubject;
import io.millrace.connect.configs.plan.Live;
import io.millrace.connect.configs.plan.Plan;
import io.millrace.connect.configs.plan.PlanText;
import io.millrace.schemas.RegistryException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Carries out a plan: topics, schemas, contracts, sources, sinks, removals. It stops after the first group in which
 * something failed, so nothing is built on what does not work.
 */
public final class Applier {
    private final Environment environment;
    private final Clusters clusters;
    private final Path contracts;
    private final ApplyOptions options;
    private final ApplyListener listener;
    private final BooleanSupplier interrupted;

    /**
     * @param contracts folder that contracts are published from
     * @param interrupted asked between steps; when it says yes, no further one is begun
     */
    public Applier(
            Environment environment,
            Clusters clusters,
            Path contracts,
            ApplyOptions options,
            ApplyListener listener,
            BooleanSupplier interrupted) {
        this.environment = environment;
        this.clusters = clusters;
        this.contracts = contracts;
        this.options = options;
        this.listener = listener;
        this.interrupted = interrupted;
    }

    /** Carries out a plan that was made of these declared and live things, and that nothing blocks. */
    public Outcome apply(Plan plan, Declared declared, Live live) {
        List<String> done = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        List<Change> servers =
                plan.changes().stream().filter(change -> !isConnector(change)).toList();
        int open = plan.changes().size();
        for (Change change : servers) {
            if (interrupted.getAsBoolean()) {
                return new Outcome(done, failed, List.of(), open);
            }
            open--;
            if (!step(change, () -> change(change, declared))) {
                failed.add(change.name());
                return new Outcome(done, failed, List.of(), open);
            }
            done.add(change.name());
        }
        for (boolean source : new boolean[] {true, false}) {
            List<Change> group = plan.changes().stream()
                    .filter(change -> isConnector(change) && !(change instanceof Change.DeleteConnector))
                    .filter(change -> isSource(change) == source)
                    .toList();
            if (group.isEmpty()) {
                continue;
            }
            ConnectorStage stage;
            try (TaskStarts starts = TaskStarts.open(clusters.consumerProperties(), environment.statusTopic())) {
                stage = new ConnectorStage(clusters.connect(), starts, declared, live, options, listener, interrupted);
                open -= group.size() - stage.run(group);
            }
            done.addAll(stage.done());
            failed.addAll(stage.failed());
            if (!failed.isEmpty() || interrupted.getAsBoolean()) {
                return new Outcome(done, failed, stage.unverified(), open);
            }
        }
        for (Change.DeleteConnector change : plan.changes(Change.DeleteConnector.class)) {
            if (interrupted.getAsBoolean()) {
                return new Outcome(done, failed, List.of(), open);
            }
            open--;
            if (!step(change, () -> clusters.connect().delete(change.name()))) {
                failed.add(change.name());
                return new Outcome(done, failed, List.of(), open);
            }
            done.add(change.name());
        }
        return new Outcome(done, failed, List.of(), open);
    }

    private boolean step(Change change, Runnable work) {
        long start = System.nanoTime();
        listener.working(change.name());
        try {
            work.run();
            listener.done(
                    PlanText.symbol(change),
                    change.name(),
                    PlanText.describe(change),
                    Duration.ofNanos(System.nanoTime() - start));
            return true;
        } catch (ClusterException | RegistryException | ConnectRestException | UncheckedIOException e) {
            listener.failed(change.name(), "failed", List.of(e.getMessage()));
            return false;
        }
    }

    private void change(Change change, Declared declared) {
        if (change instanceof Change.CreateTopic topic) {
            NewTopic created = new NewTopic(topic.name(), topic.partitions(), (short) topic.replication())
                    .configs(topic.settings());
            kafka(
                    "create topic " + topic.name(),
                    admin().createTopics(List.of(created)).all());
        } else if (change instanceof Change.AddPartitions topic) {
            kafka(
                    "add partitions to " + topic.name(),
                    admin().createPartitions(Map.of(topic.name(), NewPartitions.increaseTo(topic.after())))
                            .all());
        } else if (change instanceof Change.ConfigureTopic topic) {
            configure(topic);
        } else if (change instanceof Change.SetCompatibility subject) {
            clusters.registry().orElseThrow().setCompatibility(subject.name(), subject.after());
        } else if (change instanceof Change.RegisterSchema schema) {
            DeclaredSubject subject = declared.subjects().stream()
                    .filter(one -> one.name().equals(schema.name()))
                    .findFirst()
                    .orElseThrow();
            clusters.registry().orElseThrow().register(subject.name(), subject.schema());
            // Afterwards: Apicurio takes the mode of a subject that does not exist, and forgets it.
            schema.compatibility()
                    .ifPresent(mode -> clusters.registry().orElseThrow().setCompatibility(schema.name(), mode));
        } else if (change instanceof Change.PublishContracts files) {
            ContractPublisher.publish(
                    files, contracts, environment.publishContracts().orElseThrow());
        }
    }

    private void configure(Change.ConfigureTopic topic) {
        Collection<AlterConfigOp> operations = topic.settings().stream()
                .map(key -> new AlterConfigOp(
                        new ConfigEntry(key.key(), key.after().orElse(null)),
                        key.after().isPresent() ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE))
                .collect(Collectors.toList());
        kafka(
                "configure topic " + topic.name(),
                admin().incrementalAlterConfigs(
                                Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), operations))
                        .all());
    }

    private void kafka(String what, org.apache.kafka.common.KafkaFuture<Void> future) {
        TopicReader.get(what, environment.kafka().bootstrap().toString(), future);
    }

    private Admin admin() {
        return clusters.admin();
    }

    private static boolean isConnector(Change change) {
        return change instanceof Change.CreateConnector
                || change instanceof Change.ChangeConnector
                || change instanceof Change.ChangeState
                || change instanceof Change.DeleteConnector;
    }

    private static boolean isSource(Change change) {
        if (change instanceof Change.CreateConnector connector) {
            return connector.source();
        } else if (change instanceof Change.ChangeConnector connector) {
            return connector.source();
        }
        return change instanceof Change.ChangeState state && state.source();
    }
}
