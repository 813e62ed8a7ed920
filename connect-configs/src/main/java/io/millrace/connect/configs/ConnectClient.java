package io.millrace.connect.configs;

import static io.millrace.connect.configs.ConnectTransport.encode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Connect's REST interface, as far as Millrace needs it. A refusal because the group is rebalancing, and a 503, are asked again until
 * the patience given at construction is used up; every other refusal is an error that carries the worker's own words.
 * Safe for use by several threads.
 */
public final class ConnectClient {
    private final ConnectTransport worker;

    /**
     * @param url base URL of a worker, without a slash at the end
     * @param patience how long a request is repeated while the worker's group is rebalancing
     */
    public ConnectClient(String url, Duration patience) {
        this(ConnectAddress.of(url), Patience.of(patience));
    }

    public ConnectClient(ConnectAddress address, Patience patience) {
        this.worker = new ConnectTransport(address, patience);
    }

    /** Base URL of the worker, a password in it hidden. */
    public String url() {
        return worker.url();
    }

    /** Version of the worker, such as {@code 4.3.1}. */
    public String workerVersion() {
        return worker().version();
    }

    /** Whether the worker answers and has joined its group. Never throws. */
    public boolean isHealthy() {
        return worker.isOk("/health");
    }

    /**
     * Who answers.
     *
     * @throws ConnectRestException when it is not a Connect worker
     */
    public WorkerInfo worker() {
        JsonNode answer = worker.get("ask who it is", "/");
        if (!answer.has("kafka_cluster_id")) {
            throw worker.notAWorker("ask who it is");
        }
        return new WorkerInfo(
                answer.path("version").asText(),
                answer.path("commit").asText(),
                answer.path("kafka_cluster_id").asText());
    }

    /** Log levels of the workers. */
    public ConnectLoggers loggers() {
        return new ConnectLoggers(worker);
    }

    /** How far connectors have come. */
    public ConnectorOffsets offsets() {
        return new ConnectorOffsets(worker);
    }

    /** The connector classes that the worker can run. */
    public List<WorkerPlugin> plugins() {
        List<WorkerPlugin> plugins = new ArrayList<>();
        worker.get("list the plugins", "/connector-plugins")
                .forEach(plugin -> plugins.add(new WorkerPlugin(
                        plugin.path("class").asText(),
                        plugin.path("type").asText(),
                        plugin.path("version").asText())));
        return plugins;
    }

    /** Class names of the connectors that the worker has. */
    public List<String> connectorClasses() {
        return plugins().stream().map(WorkerPlugin::className).toList();
    }

    /** What a plugin's own settings are, without any configuration; knows nothing when the worker does not have the plugin. */
    public Validation settings(String plugin) {
        return worker.find("read the settings of plugin " + plugin, "/connector-plugins/" + encode(plugin) + "/config")
                .map(ConnectAnswers::definitions)
                .orElse(new Validation(Map.of(), Map.of()));
    }

    /** Names of the connectors that exist. */
    public List<String> connectors() {
        List<String> names = new ArrayList<>();
        worker.get("list the connectors", "/connectors").forEach(name -> names.add(name.asText()));
        return names;
    }

    /**
     * Every connector with its settings and state, in one request.
     *
     * @return by name
     */
    public Map<String, LiveConnector> describeAll() {
        Map<String, LiveConnector> connectors = new TreeMap<>();
        worker.get("read the connectors", "/connectors?expand=info&expand=status")
                .properties()
                .forEach(entry ->
                        connectors.put(entry.getKey(), ConnectAnswers.connector(entry.getKey(), entry.getValue())));
        // A connector that was created a moment ago has no state yet, and the expanded answer leaves it out.
        for (String name : connectors()) {
            if (!connectors.containsKey(name)) {
                config(name).ifPresent(config -> connectors.put(name, ConnectAnswers.withoutState(name, config)));
            }
        }
        return connectors;
    }

    /**
     * Has the plugin check a configuration; nothing is changed.
     *
     * @return what is wrong, by key; empty when the configuration is valid
     */
    public Map<String, List<String>> validate(String name, Map<String, String> config) {
        return check(name, config).errors();
    }

    /** Has the plugin check a configuration and tell what it knows; nothing is changed. */
    public Validation check(String name, Map<String, String> config) {
        String plugin = config.getOrDefault("connector.class", "");
        return ConnectAnswers.validation(worker.require(
                "validate " + name,
                "PUT",
                "/connector-plugins/" + encode(plugin) + "/config/validate",
                named(name, config)));
    }

    /** The settings of a connector as they were sent, references unresolved; empty when there is no such connector. */
    public Optional<Map<String, String>> config(String name) {
        return worker.find("read the settings of " + name, path(name) + "/config")
                .map(ConnectAnswers::settings);
    }

    /** Creates a connector, in a state of its own choice; a stopped one gets no tasks. */
    public void create(String name, Map<String, String> config, DeclaredState state) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
        body.set("config", named(name, config));
        worker.require("create " + name, "POST", "/connectors", body.put("initial_state", state.name()));
    }

    /** Creates or changes a connector, even if nothing differs: Connect then restarts it all the same. */
    public void put(String name, Map<String, String> config) {
        worker.require("apply " + name, "PUT", path(name) + "/config", named(name, config));
    }

    /**
     * Creates or changes a connector, unless the worker has exactly these settings: Connect would restart it for nothing.
     *
     * @return whether the settings were sent
     */
    public boolean putIfDifferent(String name, Map<String, String> config) {
        if (config(name)
                .filter(ConnectAnswers.settings(named(name, config))::equals)
                .isPresent()) {
            return false;
        }
        put(name, config);
        return true;
    }

    /** The state of a connector and its tasks; empty when there is no such connector or it has no state yet. */
    public Optional<ConnectorStatus> status(String name) {
        return worker.find("read the status of " + name, path(name) + "/status")
                .map(answer -> ConnectAnswers.status(name, answer));
    }

    /** The topics that a connector has used since it was created or its record of them was reset. */
    public List<String> topics(String name) {
        List<String> topics = new ArrayList<>();
        worker.get("list the topics of " + name, path(name) + "/topics")
                .path(name)
                .path("topics")
                .forEach(topic -> topics.add(topic.asText()));
        return topics;
    }

    /** Restarts a connector and its tasks, or only what of them has failed. */
    public void restart(String name, boolean onlyFailed) {
        String path = path(name) + "/restart?includeTasks=true&onlyFailed=" + onlyFailed;
        worker.require("restart " + name, "POST", path, null);
    }

    /** Has a connector and its tasks wait, keeping what they hold. Done soon, not at once. */
    public void pause(String name) {
        worker.require("pause " + name, "PUT", path(name) + "/pause", null);
    }

    /** Has a paused or stopped connector run again. Done soon, not at once. */
    public void resume(String name) {
        worker.require("resume " + name, "PUT", path(name) + "/resume", null);
    }

    /** Ends a connector's tasks and keeps its settings and offsets. Done soon, not at once. */
    public void stop(String name) {
        worker.require("stop " + name, "PUT", path(name) + "/stop", null);
    }

    /** Removes a connector; its offsets, and what it left in other systems, stay. */
    public void delete(String name) {
        worker.require("delete " + name, "DELETE", path(name), null);
    }

    /**
     * Waits until a connector and all its tasks run.
     *
     * @throws ConnectRestException when it fails, with the innermost cause, or does not run in time
     */
    public ConnectorStatus awaitRunning(String name, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<ConnectorStatus> status = status(name);
            Optional<String> failure = status.flatMap(ConnectorStatus::failure);
            if (failure.isPresent()) {
                throw new ConnectRestException("connector " + name + " failed: " + failure.get());
            }
            if (status.isPresent() && status.get().isRunning()) {
                return status.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw late(name, "RUNNING", timeout, status);
            }
            worker.pause();
        }
    }

    /**
     * Waits until a connector and all its tasks are in a state; a stopped one has no tasks.
     *
     * @param state such as {@code PAUSED} or {@code STOPPED}
     * @throws ConnectRestException when that does not happen in time
     */
    public ConnectorStatus awaitState(String name, String state, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            Optional<ConnectorStatus> status = status(name);
            if (status.filter(known -> known.isEntirely(state)).isPresent()) {
                return status.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw late(name, state, timeout, status);
            }
            worker.pause();
        }
    }

    /** Waits until a connector's status is another one than before, but not longer than the limit. */
    public void awaitChange(String name, Optional<ConnectorStatus> before, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (status(name).equals(before) && System.nanoTime() - deadline < 0) {
            worker.pause();
        }
    }

    private static ConnectRestException late(
            String name, String state, Duration timeout, Optional<ConnectorStatus> status) {
        String wanted = state.equals("RUNNING") ? "does not run" : "is not " + state;
        String now = status.map(known -> known.state() + " with tasks "
                        + known.tasks().stream()
                                .map(ConnectorStatus.Task::state)
                                .toList())
                .orElse("unknown to the worker");
        return new ConnectRestException(
                "connector " + name + " " + wanted + " after " + timeout.toSeconds() + " s; it is " + now);
    }

    private static ObjectNode named(String name, Map<String, String> config) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        config.forEach(body::put);
        return body.put("name", name);
    }

    private static String path(String name) {
        return "/connectors/" + encode(name);
    }
}
