package io.millrace.connect.redis;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.SinkFailure;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.HostAndPort;

/**
 * An error reply.
 *
 * @param code its first word, which is what decides
 * @param message the whole reply
 */
record RedisError(String code, String message) {

    /** Conditions that pass by themselves or that an operator ends without touching the connector. */
    private static final Set<String> RETRIABLE = Set.of(
            "LOADING",
            "OOM",
            "READONLY",
            "BUSY",
            "TRYAGAIN",
            "CLUSTERDOWN",
            "MASTERDOWN",
            "NOREPLICAS",
            "MISCONF",
            "NOSCRIPT",
            "EXECABORT");

    private static final Set<String> CLUSTER = Set.of("MOVED", "ASK", "CROSSSLOT");
    private static final Set<String> ACCESS = Set.of("NOAUTH", "WRONGPASS", "NOPERM");

    static RedisError of(String message) {
        int space = message.indexOf(' ');
        return new RedisError(space < 0 ? message : message.substring(0, space), message);
    }

    boolean isAboutAccess() {
        return ACCESS.contains(code);
    }

    /** Whether a cluster wants the command elsewhere. */
    boolean isRedirection() {
        return code.equals("MOVED") || code.equals("ASK");
    }

    /**
     * The node that has a key for now while its slot is moving there; nothing when the error says something else.
     *
     * @param host of the node that answered, for those that do not know their own
     */
    Optional<HostAndPort> askAt(String host) {
        String[] words = message.split(" ");
        if (!code.equals("ASK") || words.length != 3) {
            return Optional.empty();
        }
        int colon = words[2].lastIndexOf(':');
        String named = words[2].substring(0, colon);
        return Optional.of(
                new HostAndPort(named.isEmpty() ? host : named, Integer.parseInt(words[2].substring(colon + 1))));
    }

    /** Redis gives this no code of its own. */
    boolean isUnknownCommand() {
        return message.startsWith("ERR unknown command");
    }

    /** Whether the transaction was only given up because of an error that another reply tells. */
    boolean isAbortedTransaction() {
        return code.equals("EXECABORT");
    }

    /**
     * Fails when one of these commands was refused. One that is refused on queueing aborts its transaction; its own error
     * says why.
     */
    static void refuseQueued(List<?> replies, String address) {
        RedisError reason = null;
        for (Object reply : replies) {
            if (reply instanceof RedisError error && (reason == null || reason.isAbortedTransaction())) {
                reason = error;
            }
        }
        if (reason != null) {
            throw reason.failure(address);
        }
    }

    /** What the error means for a command that is not about one record. */
    SinkFailure failure(String address) {
        if (RETRIABLE.contains(code) || isRedirection()) {
            return new RetriableFailure("Redis at " + address + " answered " + message, null);
        }
        return new FatalFailure(
                isAboutAccess() ? ConnectionKeys.PASSWORD : null,
                "Redis at " + address + " answered " + message + "; " + remedy(),
                null);
    }

    /**
     * What the error means for the records of a command that Redis knows and this user may run.
     *
     * @param applied whether the rest of the batch has been applied for good, so that only the dead letter queue keeps the
     *     records from being lost
     * @throws SinkFailure when the error is not about the records
     */
    RecordFailure refusal(String address, boolean applied) {
        if (!applied && (RETRIABLE.contains(code) || CLUSTER.contains(code))) {
            throw new RetriableFailure("Redis at " + address + " answered " + message, null);
        }
        if (!applied && isAboutAccess()) {
            throw failure(address);
        }
        if (code.equals("WRONGTYPE")) {
            return new RecordFailure("its key holds another type than its write mode needs in Redis at " + address
                    + "; delete that key or change key.template");
        }
        return new RecordFailure("Redis at " + address + " refused its command: " + message);
    }

    private String remedy() {
        if (isAboutAccess()) {
            return "check redis.username and redis.password and that the user may run MULTI, EXEC, WATCH, EVAL, EVALSHA,"
                    + " SCRIPT, HSET, HMGET, HGET, INFO and the commands of the write modes on these keys";
        }
        if (CLUSTER.contains(code)) {
            return "the cluster is being changed, or an address in redis.uri is not of it";
        }
        return "this is not expected: check the server's version and log";
    }
}
