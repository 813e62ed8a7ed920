package io.millrace.connect.configs.environment;

import java.util.Optional;

/**
 * How the schema registry is reached.
 *
 * @param url base URL of its Confluent-compatible interface
 * @param user for basic authentication
 * @param password for basic authentication
 */
public record RegistryAccess(Setting url, Optional<Setting> user, Optional<Setting> password) {
    /** Access without authentication. */
    public static RegistryAccess plain(String url) {
        return new RegistryAccess(Setting.literal(url), Optional.empty(), Optional.empty());
    }
}
