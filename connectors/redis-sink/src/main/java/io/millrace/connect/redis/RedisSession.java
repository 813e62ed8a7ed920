package io.millrace.connect.redis;

import io.millrace.connect.commons.RetriableFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A connection to one run of a Redis server. */
final class RedisSession implements AutoCloseable {

    private final String address;
    private final RedisTransport transport;
    private final String runId;
    private final String version;
    private final boolean cluster;

    private RedisSession(String address, RedisTransport transport, String info) {
        this.address = address;
        this.transport = transport;
        this.runId = field(info, "run_id");
        this.version = field(info, "redis_version");
        this.cluster = "cluster".equals(field(info, "redis_mode"));
    }

    /** Takes a connection over; closes it when the server cannot be asked what it is. */
    static RedisSession of(String address, RedisTransport transport) {
        try {
            return new RedisSession(address, transport, info(transport, address));
        } catch (RuntimeException failed) {
            transport.close();
            throw failed;
        }
    }

    String address() {
        return address;
    }

    /** Without the port. */
    String host() {
        return address.substring(0, address.lastIndexOf(':'));
    }

    String version() {
        return version;
    }

    boolean isCluster() {
        return cluster;
    }

    RedisTransport transport() {
        return transport;
    }

    /** Whether the server that answers is still the one that was connected to. */
    boolean isSameServer() {
        return runId.equals(field(info(transport, address), "run_id"));
    }

    /** Replies in the order of the commands; a refused command fails the whole. */
    List<Object> read(List<RedisCommand> commands) {
        List<Object> replies = transport.exchange(commands);
        replies.forEach(this::refuse);
        return replies;
    }

    /**
     * Asks whether commands would be accepted, without running them: they are queued in a transaction that is discarded.
     *
     * @return the errors in the order of the commands, null where there is none
     */
    List<RedisError> wouldRefuse(List<RedisCommand> commands) {
        List<RedisCommand> all = new ArrayList<>(commands.size() + 2);
        all.add(RedisCommand.of("MULTI"));
        all.addAll(commands);
        all.add(RedisCommand.of("DISCARD"));
        List<Object> replies = transport.exchange(all);
        refuse(replies.get(0));
        List<RedisError> errors = new ArrayList<>(commands.size());
        for (Object reply : replies.subList(1, replies.size() - 1)) {
            errors.add(reply instanceof RedisError error ? error : null);
        }
        return errors;
    }

    @Override
    public void close() {
        transport.close();
    }

    private void refuse(Object reply) {
        if (reply instanceof RedisError error) {
            throw error.failure(address);
        }
    }

    private static String info(RedisTransport transport, String address) {
        Object reply =
                transport.exchange(List.of(RedisCommand.of("INFO", "server"))).get(0);
        if (reply instanceof RedisError error) {
            throw error.failure(address);
        }
        if (reply instanceof byte[] text) {
            return new String(text, StandardCharsets.UTF_8);
        }
        throw new RetriableFailure("Redis at " + address + " gave no answer to INFO", null);
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }
}
