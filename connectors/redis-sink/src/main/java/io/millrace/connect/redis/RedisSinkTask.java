package io.millrace.connect.redis;

import io.millrace.connect.commons.DeadLetters;
import io.millrace.connect.commons.LedgeredSink;
import io.millrace.connect.commons.LedgeredSinkTask;
import io.millrace.connect.commons.SinkMetrics;
import io.millrace.connect.commons.SinkSettings;
import java.time.Clock;
import java.util.Map;
import java.util.SplittableRandom;

/** Hands what Connect delivers to a {@link LedgeredSink} over Redis. */
public final class RedisSinkTask extends LedgeredSinkTask {

    public RedisSinkTask() {
        super("redis-sink");
    }

    @Override
    public String version() {
        return RedisSinkConnector.VERSION;
    }

    @Override
    protected LedgeredSink create(Map<String, String> properties, Clock clock, SinkMetrics metrics) {
        RedisSinkConfig config = new RedisSinkConfig(properties);
        String connector = SinkSettings.connectorName(properties);
        SplittableRandom random = new SplittableRandom();
        Ownership ownership = new Ownership();
        RedisDeliveries deliveries = new RedisDeliveries(
                config, new RedisConnections(config, connector), new RedisLedger(connector), ownership, clock);
        RedisStore store =
                new RedisStore(config, deliveries, ownership, new TopicWriters(config, clock, random), metrics, clock);
        return new LedgeredSink(
                "Redis at " + config.address(),
                store,
                SinkSettings.ledgerBook(config, clock),
                config.getBoolean(SinkSettings.LEDGER_REWIND),
                SinkSettings.retryBudget(config, clock, random),
                new DeadLetters(context.errantRecordReporter(), SinkSettings.isTolerant(properties)),
                context,
                metrics,
                clock::millis);
    }
}
