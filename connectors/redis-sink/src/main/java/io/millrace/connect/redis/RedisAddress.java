package io.millrace.connect.redis;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is.
 *
 * @param servers at least one
 * @param database database number
 * @param tls whether connections are encrypted
 */
record RedisAddress(List<HostAndPort> servers, int database, boolean tls) {

    private static final int DEFAULT_PORT = 6379;
    private static final String FORM =
            "Use redis://host:port/database or rediss://host:port/database, several separated by commas";

    /**
     * Reads {@code redis://host:port/database} or {@code rediss://…}, several separated by commas.
     *
     * @throws ConfigException when it is something else, or carries credentials
     */
    static RedisAddress parse(String key, String text) {
        List<HostAndPort> servers = new ArrayList<>();
        RedisAddress first = null;
        for (String part : text.split(",")) {
            RedisAddress one = parseOne(key, part.trim());
            if (first == null) {
                first = one;
            } else if (first.tls != one.tls || (one.database != 0 && one.database != first.database)) {
                throw new ConfigException(key, text, "All addresses must agree on TLS and on the database");
            }
            servers.addAll(one.servers);
        }
        return new RedisAddress(List.copyOf(servers), first.database, first.tls);
    }

    private static RedisAddress parseOne(String key, String text) {
        try {
            URI uri = new URI(text);
            boolean tls = "rediss".equals(uri.getScheme());
            if (uri.getUserInfo() != null) {
                throw new ConfigException(
                        key,
                        "[hidden]",
                        "Credentials belong in redis.username and redis.password, where they are hidden");
            }
            if (uri.getHost() == null || !(tls || "redis".equals(uri.getScheme()))) {
                throw new ConfigException(key, text, FORM);
            }
            String path = uri.getPath() == null ? "" : uri.getPath().replace("/", "");
            HostAndPort server = new HostAndPort(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
            return new RedisAddress(List.of(server), path.isEmpty() ? 0 : Integer.parseInt(path), tls);
        } catch (URISyntaxException | NumberFormatException malformed) {
            // What is before an @ may be a password.
            throw new ConfigException(key, text.contains("@") ? "[hidden]" : text, FORM);
        }
    }

    @Override
    public String toString() {
        return servers.stream().map(HostAndPort::toString).collect(Collectors.joining(","));
    }
}
