package io.millrace.connect.redis;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.RetriableFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLException;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Opens connections as the configuration says, asking the Sentinels for the master where there are any. */
final class RedisConnections {

    private final RedisSinkConfig config;
    private final RedisAddress address;
    private final String clientName;

    RedisConnections(RedisSinkConfig config, String clientName) {
        this.config = config;
        this.address = config.address();
        this.clientName = config.text(ConnectionKeys.CLIENT_NAME).orElse(clientName);
    }

    /**
     * Connects to a standalone server, the master that the Sentinels name, or any node of a cluster.
     *
     * @throws RetriableFailure when the server does not answer, or not yet
     * @throws FatalFailure when it refuses the credentials
     */
    RedisTransport open() {
        if (config.sentinelMaster().isPresent()) {
            return open(master(config.sentinelMaster().get()));
        }
        return firstOf(address.servers());
    }

    /** Connects to one server, with the same credentials. */
    RedisTransport open(HostAndPort server) {
        return connect(
                server,
                settings(
                        config.text(ConnectionKeys.USERNAME).orElse(null),
                        config.secret(ConnectionKeys.PASSWORD).orElse(null),
                        address.database()),
                config.secret(ConnectionKeys.PASSWORD).isPresent());
    }

    /** Any server that answers. */
    RedisTransport firstOf(List<HostAndPort> servers) {
        RetriableFailure last = null;
        for (HostAndPort server : servers) {
            try {
                return open(server);
            } catch (RetriableFailure unreachable) {
                last = unreachable;
            }
        }
        throw last;
    }

    private HostAndPort master(String name) {
        RetriableFailure last = null;
        JedisClientConfig settings = settings(
                config.text(ConnectionKeys.SENTINEL_USERNAME).orElse(null),
                config.secret(ConnectionKeys.SENTINEL_PASSWORD).orElse(null),
                0);
        for (HostAndPort sentinel : address.servers()) {
            try (RedisTransport transport = connect(
                    sentinel,
                    settings,
                    config.secret(ConnectionKeys.SENTINEL_PASSWORD).isPresent())) {
                Object reply = transport
                        .exchange(List.of(RedisCommand.of("SENTINEL", "GET-MASTER-ADDR-BY-NAME", name)))
                        .get(0);
                if (reply instanceof List<?> found && found.size() == 2) {
                    return new HostAndPort(text(found.get(0)), Integer.parseInt(text(found.get(1))));
                }
                if (reply instanceof RedisError error && !error.isUnknownCommand()) {
                    throw error.failure(sentinel.toString());
                }
                throw new FatalFailure(
                        ConnectionKeys.SENTINEL_MASTER,
                        "Sentinel at " + sentinel + " knows no master " + name
                                + "; correct redis.sentinel.master, or redis.uri if that is no Sentinel",
                        null);
            } catch (RetriableFailure unreachable) {
                last = unreachable;
            }
        }
        throw last;
    }

    private JedisClientConfig settings(String user, String password, int database) {
        DefaultJedisClientConfig.Builder settings = DefaultJedisClientConfig.builder()
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .clientName(clientName.replaceAll("[^\\x21-\\x7e]", "_"))
                .connectionTimeoutMillis(config.getInt(ConnectionKeys.CONNECT_TIMEOUT_MS))
                .socketTimeoutMillis(config.getInt(ConnectionKeys.SOCKET_TIMEOUT_MS))
                .database(database);
        if (config.getString(ConnectionKeys.PROTOCOL).equals(ConnectionKeys.RESP3)) {
            settings.resp3();
        } else {
            settings.resp2();
        }
        if (password != null) {
            settings.password(password);
        }
        if (user != null) {
            settings.user(user);
        }
        return settings.build();
    }

    private RedisTransport connect(HostAndPort server, JedisClientConfig settings, boolean hasPassword) {
        try {
            return new JedisTransport(server, settings, TlsSockets.of(config));
        } catch (JedisDataException refused) {
            RedisError error = RedisError.of(refused.getMessage());
            // Without credentials there is nothing to be wrong about: the server only has no room for a client now.
            if (error.code().equals("ERR") && !hasPassword) {
                throw new RetriableFailure("Redis at " + server + " answered " + error.message(), refused);
            }
            if (error.code().equals("ERR") && error.message().contains("AUTH")) {
                throw new FatalFailure(
                        ConnectionKeys.PASSWORD,
                        "Redis at " + server + " answered " + error.message() + "; correct redis.password",
                        refused);
            }
            throw error.failure(server.toString());
        } catch (JedisConnectionException unreachable) {
            throw unreachable(server.toString(), unreachable);
        }
    }

    static RuntimeException unreachable(String address, Exception failure) {
        Throwable root = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            root = cause;
            if (cause instanceof SSLException) {
                return new FatalFailure(
                        ConnectionKeys.URI,
                        "TLS with Redis at " + address + " failed (" + cause.getMessage()
                                + "); check the certificates and tls.truststore.location, or use redis:// without TLS",
                        failure);
            }
        }
        return new RetriableFailure("Redis at " + address + " is not reachable (" + root.getMessage() + ")", failure);
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }
}
