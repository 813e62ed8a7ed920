package io.millrace.connect.redis;

import io.millrace.connect.commons.JsonObjects;
import io.millrace.connect.commons.testing.RecordingContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkTask;

/** Another connector, loaded from its plugin directory as a worker loads it, whose tasks are driven in the same way. */
final class PeerSink {

    private final ClassLoader plugin;
    private final Map<String, String> config = new HashMap<>();

    /** @param file the connector's configuration as JSON; {@code ${redis.uri}} and {@code ${redis.port}} are replaced */
    PeerSink(Path folder, Path file, RedisServer server) throws IOException {
        List<URL> jars = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path jar :
                    found.filter(path -> path.toString().endsWith(".jar")).toList()) {
                jars.add(jar.toUri().toURL());
            }
        }
        plugin = new ChildFirst(jars.toArray(URL[]::new), PeerSink.class.getClassLoader());
        Map<String, Object> given = JsonObjects.parse(Files.readString(file)).orElseThrow();
        Object inner = given.getOrDefault("config", given);
        ((Map<?, ?>) inner)
                .forEach((key, value) -> config.put(
                        key.toString(),
                        value.toString()
                                .replace("${redis.uri}", server.uri())
                                .replace("${redis.port}", "" + server.port())));
        config.putIfAbsent("name", "peer");
        config.putIfAbsent("topics", RedisSinkBench.partition().topic());
    }

    String connectorClass() {
        String name = config.get("connector.class");
        return name.substring(name.lastIndexOf('.') + 1);
    }

    SinkTask start(TopicPartition partition) throws ReflectiveOperationException {
        Thread.currentThread().setContextClassLoader(plugin);
        SinkConnector connector = (SinkConnector) plugin.loadClass(config.get("connector.class"))
                .getDeclaredConstructor()
                .newInstance();
        connector.start(config);
        SinkTask task =
                (SinkTask) connector.taskClass().getDeclaredConstructor().newInstance();
        task.initialize(new RecordingContext(true));
        task.start(connector.taskConfigs(1).get(0));
        task.open(List.of(partition));
        return task;
    }

    /** Connect's own classes come from the worker, everything else from the plugin. */
    private static final class ChildFirst extends URLClassLoader {
        ChildFirst(URL[] jars, ClassLoader parent) {
            super(jars, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded == null && !name.startsWith("java.") && !name.startsWith("org.apache.kafka.")) {
                    try {
                        loaded = findClass(name);
                    } catch (ClassNotFoundException notInThePlugin) {
                        loaded = null;
                    }
                }
                return loaded == null ? super.loadClass(name, resolve) : loaded;
            }
        }
    }
}
