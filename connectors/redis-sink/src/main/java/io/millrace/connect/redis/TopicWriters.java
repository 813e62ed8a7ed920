package io.millrace.connect.redis;

import io.millrace.connect.commons.RecordTime;
import io.millrace.connect.commons.SinkSettings;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The writers of the topics that have shown up. */
final class TopicWriters {

    private final RedisSinkConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, TopicWriter> writers = new HashMap<>();

    private String lastTopic;
    private TopicWriter last;

    TopicWriters(RedisSinkConfig config, Clock clock, RandomGenerator random) {
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    TopicWriter of(String topic) {
        // Records come in runs of one topic.
        if (!topic.equals(lastTopic)) {
            last = writers.computeIfAbsent(topic, this::create);
            lastTopic = topic;
        }
        return last;
    }

    private TopicWriter create(String topic) {
        TopicSettings settings = config.topic(topic);
        TimeToLive ttl = new TimeToLive(
                config.getString(WriteKeys.TTL_HEADER),
                config.getString(WriteKeys.TTL_FIELD),
                settings.ttlMs(),
                config.getInt(WriteKeys.TTL_JITTER),
                random);
        RecordTime receivedAt = new RecordTime(config.getString(SinkSettings.FRESHNESS_FROM));
        return new TopicWriter(settings, ttl, receivedAt, clock);
    }
}
