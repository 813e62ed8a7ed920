package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.TlsFiles;
import io.millrace.schemas.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * How the schema registry is reached.
 *
 * @param url base URL of its Confluent-compatible interface
 * @param user for basic authentication
 * @param password for basic authentication
 * @param token value of the header Authorization, such as {@code Bearer ...}, instead of user and password
 * @param truststore file with the certificates to trust; empty: those of the Java runtime
 */
public record RegistryAccess(
        Setting url,
        Optional<Setting> user,
        Optional<Setting> password,
        Optional<Setting> token,
        Optional<Path> truststore) {
    /** Access without authentication. */
    public static RegistryAccess plain(String url) {
        return new RegistryAccess(
                Setting.literal(url), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * A client, references resolved at each request.
     *
     * @throws io.millrace.connect.configs.DeclarationException when a reference or a file leads nowhere
     */
    public SchemaRegistry client() {
        return new SchemaRegistry(
                url.value(),
                this::authorization,
                truststore.map(file ->
                        TlsFiles.context(Optional.of(file), Optional.empty(), Optional.empty(), Optional.empty())));
    }

    private Optional<String> authorization() {
        if (token.isPresent()) {
            return token.map(Setting::value);
        }
        if (user.isEmpty() || password.isEmpty()) {
            return Optional.empty();
        }
        String both = user.get().value() + ":" + password.get().value();
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }
}
