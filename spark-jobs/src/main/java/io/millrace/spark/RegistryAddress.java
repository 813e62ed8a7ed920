package io.millrace.spark;

import io.millrace.schemas.SchemaRegistry;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the schema registry is. It travels to tasks, so it names the file of the token rather than holding the token.
 *
 * @param url base URL of its Confluent API
 * @param tokenFile file with a bearer token, read for each request, so that a new one needs no restart; empty: none
 */
record RegistryAddress(String url, String tokenFile) implements Serializable {
    private static final long serialVersionUID = 1;

    SchemaRegistry client() {
        return tokenFile.isEmpty()
                ? new SchemaRegistry(url)
                : new SchemaRegistry(url, () -> Optional.of("Bearer " + token()), Optional.empty());
    }

    private String token() {
        try {
            return Files.readString(Path.of(tokenFile)).strip();
        } catch (IOException e) {
            throw new ConfigException("cannot read the registry's token in " + tokenFile + ": " + e, e);
        }
    }
}
