package io.millrace.connect.configs.status;

import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.SecretKeys;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * What a sink reads.
 *
 * @param connector connector name
 * @param group its consumer group
 * @param topics those of its topics that exist
 */
record SinkInput(String connector, String group, Set<String> topics) {
    /**
     * @param existing names of all topics
     * @param used gives the topics that the connector is known to have used; asked when its settings do not tell
     */
    static SinkInput of(LiveConnector sink, Collection<String> existing, Supplier<Set<String>> used) {
        Map<String, String> config = sink.config();
        Set<String> topics = new TreeSet<>(declared(config, existing, used));
        topics.retainAll(existing);
        return new SinkInput(
                sink.name(), config.getOrDefault("consumer.override.group.id", "connect-" + sink.name()), topics);
    }

    private static Set<String> declared(
            Map<String, String> config, Collection<String> existing, Supplier<Set<String>> used) {
        String list = config.getOrDefault("topics", "");
        String regex = config.getOrDefault("topics.regex", "");
        if (SecretKeys.hasReference(list + regex)) {
            return used.get();
        }
        if (!list.isBlank()) {
            return Arrays.stream(list.split(",")).map(String::strip).collect(Collectors.toSet());
        }
        try {
            Pattern pattern = Pattern.compile(regex);
            return existing.stream()
                    .filter(topic -> pattern.matcher(topic).matches())
                    .collect(Collectors.toSet());
        } catch (PatternSyntaxException e) {
            return used.get();
        }
    }
}
