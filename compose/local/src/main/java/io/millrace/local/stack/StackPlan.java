package io.millrace.local.stack;

import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.apply.ContractPublisher;
import io.millrace.local.security.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Everything that makes up a stack, and what has to be there before what. */
final class StackPlan {
    static final String TOPICS = "topics";
    static final String CONTRACTS = "contracts";
    private static final String JOBS = "jobs";

    private static final String CONNECTOR = "connector ";
    /** The connectors that the stack is not whole without, with what each talks to beyond Kafka and the registry. */
    private static final Map<String, List<String>> OWN = Map.of(
            "web-http", List.of(),
            "shop-cdc", List.of(Databases.SHOP_TASK),
            "serving-redis", List.of(RedisService.NAME),
            "serving-elasticsearch", List.of(ElasticsearchService.NAME));

    /** What others talk to, which the stack is up without. */
    private static final Map<String, List<String>> OTHERS = Map.of("probe-mqtt", List.of(MqttService.NAME));

    private StackPlan() {}

    static NodeGraph of(StackContext context, Connectors connectors, StackOptions options) {
        List<Node> nodes = new ArrayList<>(databases(context));
        nodes.addAll(
                options.content() == StackOptions.Content.EMPTY
                        ? awaitingApply(context)
                        : declared(context, connectors));
        nodes.add(PostgresService.spec(context));
        nodes.add(KafkaService.spec(context));
        nodes.add(RedisService.spec(context));
        nodes.add(S3Service.spec(context));
        nodes.add(MqttService.spec(context));
        nodes.add(RegistryService.spec(context));
        nodes.add(ConnectService.spec(context));
        nodes.add(ElasticsearchService.spec(context));
        nodes.add(SparkService.serving(context, options.servingJobs()));
        nodes.add(SparkService.lake(context));
        if (!context.access().isSecured()) {
            // It knows no accounts, and shows what it finds to everybody.
            nodes.add(WatchService.spec(context));
        }
        return NodeGraph.of(nodes);
    }

    /** What a stack is ready without, as somebody else will create it. */
    static Set<String> leftToApply(StackOptions.Content content) {
        return content == StackOptions.Content.EMPTY ? Set.of(TOPICS) : Set.of();
    }

    private static List<TaskSpec> databases(StackContext context) {
        Databases databases = new Databases(context.access(), context.secrets());
        List<Node.Dependency> needs = Node.Dependency.onAll(PostgresService.NAME);
        return List.of(
                new TaskSpec(Databases.REGISTRY_TASK, needs, databases::createRegistry),
                new TaskSpec(Databases.SHOP_TASK, needs, databases::createShop),
                new TaskSpec(Databases.REPORTING_TASK, needs, databases::createReporting));
    }

    private static List<TaskSpec> declared(StackContext context, Connectors connectors) {
        Topics topics = topics(context);
        List<TaskSpec> tasks = new ArrayList<>(List.of(
                new TaskSpec(TOPICS, Node.Dependency.onAll(KafkaService.NAME), topics::create),
                new TaskSpec(CONTRACTS, Node.Dependency.onAll(RegistryService.NAME), topics::register),
                jobs(context)));
        connectors.declared().forEach(connector -> tasks.add(connector(connector, connectors)));
        return tasks;
    }

    private static List<TaskSpec> awaitingApply(StackContext context) {
        Topics topics = topics(context);
        return List.of(
                new TaskSpec(TOPICS, Node.Dependency.onAll(KafkaService.NAME), topics::awaitCreated),
                new TaskSpec(CONTRACTS, Node.Dependency.onAll(RegistryService.NAME), topics::requireCompatibility),
                jobs(context));
    }

    /** A job whose contracts are not there yet waits for them, so this needs nothing. */
    private static TaskSpec jobs(StackContext context) {
        return new TaskSpec(JOBS, List.of(), () -> {
            ContractPublisher.publishAll(
                    context.checkout().jobs(), context.folder().jobs());
            return "published";
        });
    }

    private static Topics topics(StackContext context) {
        return new Topics(
                context.checkout().contracts(),
                context.folder().contracts(),
                context.access().kafka(Account.CONTROL),
                context.access().registry(Account.CONTROL));
    }

    /**
     * Each connector on its own, so that the collector takes events while Elasticsearch still starts. One that was added,
     * as for a database elsewhere, is tried, and told about when it does not run: the stack is up without it.
     */
    private static TaskSpec connector(DeclaredConnector connector, Connectors connectors) {
        List<Node.Dependency> needs = new ArrayList<>(Node.Dependency.onAll(ConnectService.NAME, TOPICS, CONTRACTS));
        OWN.getOrDefault(connector.name(), OTHERS.getOrDefault(connector.name(), List.of()))
                .forEach(name -> needs.add(Node.Dependency.on(name)));
        TaskSpec.Action apply = () -> connectors.apply(connector);
        return new TaskSpec(
                CONNECTOR + connector.name(), needs, OWN.containsKey(connector.name()) ? apply : tried(apply));
    }

    private static TaskSpec.Action tried(TaskSpec.Action action) {
        return () -> {
            try {
                return action.run();
            } catch (StackException | ConnectRestException e) {
                return "not running, see ./millrace plan: "
                        + e.getMessage().lines().findFirst().orElse("no reason given");
            }
        };
    }

    /** The connectors that have been applied. */
    static Set<String> applied(List<NodeStatus> statuses) {
        return statuses.stream()
                .filter(status -> status.name().startsWith(CONNECTOR) && status.state() == NodeState.DONE)
                .map(status -> status.name().substring(CONNECTOR.length()))
                .collect(Collectors.toSet());
    }
}
