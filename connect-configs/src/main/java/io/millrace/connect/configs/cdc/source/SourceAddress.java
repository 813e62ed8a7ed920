package io.millrace.connect.configs.cdc.source;

import io.millrace.connect.configs.DeclarationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Properties;

/**
 * Where a PostgreSQL database is and who asks it. Never holds a password.
 *
 * @param host host name or address
 * @param port its port
 * @param database name of the database
 * @param user role that asks
 * @param tls the driver's {@code sslmode}; empty: as the driver decides
 */
public record SourceAddress(String host, int port, String database, String user, Optional<String> tls) {
    private static final int DEFAULT_PORT = 5432;

    /**
     * Reads {@code postgresql://user@host:port/database?sslmode=require}.
     *
     * @throws DeclarationException when it is none, or holds a password
     */
    public static SourceAddress parse(String url) {
        try {
            URI uri = new URI(url);
            String user = uri.getUserInfo();
            if (user != null && user.contains(":")) {
                throw new DeclarationException("the database's URL holds a password; leave it out and give it with"
                        + " --password '${env:NAME}', in MILLRACE_CDC_PASSWORD, or when asked for it");
            }
            boolean postgres = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
            if (!postgres || uri.getHost() == null || user == null || path(uri).isEmpty()) {
                throw new DeclarationException("not a database's URL: write postgresql://USER@HOST:PORT/DATABASE");
            }
            return new SourceAddress(
                    uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), path(uri), user, tls(uri));
        } catch (URISyntaxException e) {
            throw new DeclarationException("not a database's URL: " + e.getReason());
        }
    }

    private static String path(URI uri) {
        return uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    }

    private static Optional<String> tls(URI uri) {
        if (uri.getQuery() == null) {
            return Optional.empty();
        }
        if (!uri.getQuery().matches("sslmode=[a-z-]+")) {
            throw new DeclarationException("of the database's URL only ?sslmode=... is known, not ?" + uri.getQuery());
        }
        return Optional.of(uri.getQuery().substring("sslmode=".length()));
    }

    /** The same database, asked by another role. */
    public SourceAddress as(String role) {
        return new SourceAddress(host, port, database, role, tls);
    }

    String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    Properties properties(String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "millrace cdc");
        properties.setProperty("connectTimeout", "10");
        tls.ifPresent(mode -> properties.setProperty("sslmode", mode));
        return properties;
    }

    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
    }
}
