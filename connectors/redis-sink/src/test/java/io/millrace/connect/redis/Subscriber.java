package io.millrace.connect.redis;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;

/** Listens to a channel from the moment that it has been made. */
final class Subscriber implements AutoCloseable {

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Jedis connection;
    private final Thread thread;
    private final JedisPubSub listener = new JedisPubSub() {
        @Override
        public void onMessage(String channel, String message) {
            messages.add(message);
        }
    };

    Subscriber(RedisServer server, String channel) {
        connection = server.client();
        thread = new Thread(() -> connection.subscribe(listener, channel), "subscriber");
        thread.start();
        await().atMost(Duration.ofSeconds(30)).until(listener::isSubscribed);
    }

    List<String> messages() {
        return List.copyOf(messages);
    }

    @Override
    public void close() {
        listener.unsubscribe();
        try {
            thread.join(10_000);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
