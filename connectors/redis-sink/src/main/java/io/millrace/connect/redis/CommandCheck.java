package io.millrace.connect.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Whether the server has the commands that a configuration needs, and lets this user run them on its keys. */
final class CommandCheck {

    /** Stands for topics whose names are not known yet, as they are chosen by a pattern. */
    private static final String UNNAMED = "topic";

    /**
     * A command that would be refused.
     *
     * @param setting the configuration key to change
     * @param reason what to say
     * @param error what Redis said
     */
    record Refused(String setting, String reason, RedisError error) {}

    private final RedisSinkConfig config;
    private final RedisLedger ledger;

    CommandCheck(RedisSinkConfig config, RedisLedger ledger) {
        this.config = config;
        this.ledger = ledger;
    }

    /** The first that would be refused; nothing is written. */
    Optional<Refused> first(RedisSession session) {
        Map<RedisCommand, String> needed = needed(session.isCluster());
        List<RedisCommand> commands = List.copyOf(needed.keySet());
        List<RedisError> errors = session.wouldRefuse(commands);
        for (int i = 0; i < commands.size(); i++) {
            RedisError error = errors.get(i);
            String topic = needed.get(commands.get(i));
            if (error != null && !isOfOtherKeys(topic, error)) {
                return Optional.of(refused(session, commands.get(i), topic, error));
            }
        }
        return Optional.empty();
    }

    /** Whether the error says something about the sample's key only, and nothing about those that records will have. */
    private boolean isOfOtherKeys(String topic, RedisError error) {
        // A node of a cluster says so for keys of another one; permissions are looked at before that.
        return error.isRedirection()
                || (error.isAboutAccess()
                        && topic.equals(UNNAMED)
                        && !config.topics().contains(UNNAMED));
    }

    /** Whether strings of several keys may be one MSET; a user who may only SET does without. */
    boolean joinsStrings(RedisSession session) {
        List<RedisCommand> commands = topics().stream()
                .filter(topic -> config.topic(topic).mode() == WriteMode.STRING)
                .map(topic ->
                        RedisCommand.of("MSET", sample(config.topic(topic).key().toString(), topic), "v"))
                .toList();
        return !commands.isEmpty() && session.wouldRefuse(commands).stream().allMatch(Objects::isNull);
    }

    /** What cannot be delivered exactly once by a cluster; nothing when all can. */
    Optional<Refused> notForClusters() {
        if (!config.isExactlyOnce()) {
            return Optional.empty();
        }
        return topics().stream()
                .filter(topic -> !config.topic(topic).mode().isIdempotent())
                .filter(topic ->
                        SlotTag.of(config.topic(topic).key().toString()).isEmpty())
                .findFirst()
                .map(topic -> new Refused(
                        config.nameOf(WriteKeys.MODE, topic),
                        "write mode " + config.topic(topic).mode().configName() + " of topic " + topic
                                + " would repeat after a failure, as a Redis Cluster has no transaction over slots; give"
                                + " key.template a slot tag, as in {${topic}:${partition}}:${key}, or choose an idempotent"
                                + " mode, a standalone server, or delivery=at_least_once",
                        null));
    }

    private Refused refused(RedisSession session, RedisCommand command, String topic, RedisError error) {
        String name = new String(command.name(), StandardCharsets.US_ASCII);
        if (error.isUnknownCommand()) {
            String mode = config.topic(topic).mode().configName();
            return new Refused(
                    config.nameOf(WriteKeys.MODE, topic),
                    "write mode " + mode + " needs the command " + name + ", which Redis " + session.version() + " at "
                            + session.address() + " does not have"
                            + (name.startsWith("JSON.")
                                    ? ": load the JSON module, use Redis 8, or choose write mode string, which writes the"
                                            + " same text"
                                    : ": use a newer server"),
                    error);
        }
        if (error.isAboutAccess()) {
            String setting = config.text(ConnectionKeys.USERNAME).isPresent()
                    ? ConnectionKeys.USERNAME
                    : ConnectionKeys.PASSWORD;
            return new Refused(
                    setting,
                    "the user may not run " + name + " on the keys of "
                            + (topic.isEmpty() ? "the ledger (millrace:ledger:*)" : "topic " + topic) + ": Redis at "
                            + session.address() + " answered " + error.message(),
                    error);
        }
        return new Refused(
                ConnectionKeys.URI,
                "Redis at " + session.address() + " would not take writes: " + error.message(),
                error);
    }

    /** Each command with the topic that needs it; empty for the ledger. */
    private Map<RedisCommand, String> needed(boolean cluster) {
        Map<RedisCommand, String> needed = new LinkedHashMap<>();
        String ledgerKey = ledger.key(new TopicPartition("check", 0));
        needed.put(RedisCommand.of("HSET", ledgerKey, RedisLedger.EPOCH, "0"), "");
        needed.put(RedisCommand.of("HMGET", ledgerKey, RedisLedger.EPOCH), "");
        if (config.isExactlyOnce()) {
            needed.put(RedisCommand.of("EVAL", "return 0", "1", ledgerKey), "");
            needed.put(RedisCommand.of("HGET", ledgerKey, RedisLedger.EPOCH), "");
        }
        for (String topic : topics()) {
            TopicSettings settings = config.topic(topic);
            String key = sample(settings.key().toString(), topic);
            needed.put(RedisCommand.of("DEL", key), topic);
            needed.put(RedisCommand.of("PEXPIRE", key, "1"), topic);
            commands(settings, key).forEach(command -> needed.put(command, topic));
            boolean replaces = settings.mode() == WriteMode.HASH && !settings.mergesHashes();
            if (replaces && (cluster || expires(settings))) {
                needed.put(RedisCommand.of("HKEYS", key), topic);
                needed.put(RedisCommand.of("HDEL", key, "f"), topic);
                needed.put(RedisCommand.of("PERSIST", key), topic);
            } else if (settings.mode() == WriteMode.JSON
                    || (settings.mode() != WriteMode.STRING && expires(settings))) {
                needed.put(RedisCommand.of("SCRIPT", "LOAD", RedisScript.EXPIRE.text()), topic);
                needed.put(RedisCommand.of("EVALSHA", RedisScript.EXPIRE.sha(), "1", key, "hash", "0"), topic);
                needed.put(RedisCommand.of("TYPE", key), topic);
                needed.put(RedisCommand.of("PERSIST", key), topic);
            }
        }
        return needed;
    }

    private boolean expires(TopicSettings settings) {
        return settings.ttlMs() > 0
                || !config.getString(WriteKeys.TTL_HEADER).isEmpty()
                || !config.getString(WriteKeys.TTL_FIELD).isEmpty();
    }

    private static List<RedisCommand> commands(TopicSettings settings, String key) {
        return switch (settings.mode()) {
            case HASH ->
                settings.mergesHashes()
                        ? List.of(RedisCommand.of("HSET", key, "f", "v"), RedisCommand.of("HDEL", key, "f"))
                        : List.of(
                                RedisCommand.of("SCRIPT", "LOAD", RedisScript.REPLACE.text()),
                                RedisCommand.of("EVALSHA", RedisScript.REPLACE.sha(), "1", key, "0", "f", "v"),
                                RedisCommand.of("EXISTS", key),
                                RedisCommand.of("HLEN", key),
                                RedisCommand.of("HSET", key, "f", "v"));
            case STRING -> List.of(RedisCommand.of("SET", key, "v"));
            case JSON -> List.of(RedisCommand.of("JSON.SET", key, "$", "1"), RedisCommand.of("PERSIST", key));
            case SORTED_SET -> List.of(RedisCommand.of("ZADD", key, "1", "m"), RedisCommand.of("ZREM", key, "m"));
            case SET -> List.of(RedisCommand.of("SADD", key, "m"), RedisCommand.of("SREM", key, "m"));
            case GEO -> List.of(RedisCommand.of("GEOADD", key, "1", "1", "m"), RedisCommand.of("ZREM", key, "m"));
            case HYPERLOGLOG -> List.of(RedisCommand.of("PFADD", key, "e"));
            case LIST ->
                List.of(
                        RedisCommand.of(settings.pushesLeft() ? "LPUSH" : "RPUSH", key, "e"),
                        RedisCommand.of("LTRIM", key, "0", "1"));
            case STREAM -> List.of(RedisCommand.of("XADD", key, "*", "f", "v"));
            case COUNTER ->
                List.of(
                        RedisCommand.of("HINCRBY", key, "f", "1"),
                        RedisCommand.of("HINCRBYFLOAT", key, "f", "1"),
                        RedisCommand.of("INCRBY", key, "1"));
            case PUBLISH -> List.of(RedisCommand.of("PUBLISH", key, "m"));
        };
    }

    /** The topics that are named, and one that stands for the others when topics are chosen by a pattern. */
    private List<String> topics() {
        List<String> topics = new ArrayList<>(config.topics());
        if (!config.listsTopics()) {
            topics.add(UNNAMED);
        }
        return topics;
    }

    /** A key as the template makes them, for servers that allow keys by their beginning. */
    private static String sample(String template, String topic) {
        return template.replace("${topic}", topic).replaceAll("\\$\\{[^}]*}", "0");
    }
}
