package io.millrace.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for the values of a stack's secrets, by their names, wherever they should not be. */
final class SecretScan {
    /** Where secrets live. What is in there must be for its owner's eyes only. */
    private static final List<String> HOMES = List.of("secrets.properties", "secrets/", "security/");

    /** Servers that read a secret from their own files and from nowhere else. */
    private static final Map<String, Set<String>> KNOWN = Map.of(
            "conf/s3/s3proxy.conf",
            Set.of("s3.access.key", "s3.secret.key", "keystore.password"),
            // Copies for servers that may run as another user.
            "conf/postgres/key.pem",
            Set.of("security/postgres/key.pem", "security/postgres/both.pem"),
            "conf/elasticsearch/config/certificates/key.pem",
            Set.of("security/elasticsearch/key.pem", "security/elasticsearch/both.pem"));

    private final Path state;
    private final Map<String, String> secrets = new HashMap<>();

    SecretScan(Path state) throws IOException {
        this.state = state;
        Properties properties = new Properties();
        try (var in = Files.newInputStream(state.resolve("secrets.properties"))) {
            properties.load(in);
        }
        properties.forEach((name, value) -> secrets.put(name.toString(), value.toString()));
        try (Stream<Path> files = Files.walk(state.resolve("security"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = state.relativize(file).toString();
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (name.endsWith("registry.token")) {
                    secrets.put(name, text.strip());
                } else if (text.contains("PRIVATE KEY")) {
                    // Its second line tells it from every other.
                    secrets.put(name, text.lines().skip(2).findFirst().orElseThrow());
                }
            }
        }
    }

    Map<String, String> values() {
        return secrets;
    }

    /** Names of the secrets that a text holds. */
    List<String> in(String text) {
        return secrets.entrySet().stream()
                .filter(secret -> text.contains(secret.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** {@code file: secret} for each that lies where it should not. */
    List<String> inFiles() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            String name = state.relativize(file).toString();
            if (HOMES.stream().anyMatch(name::startsWith)) {
                continue;
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (String secret : in(text)) {
                if (!KNOWN.getOrDefault(name, Set.of()).contains(secret)) {
                    found.add(name + ": " + secret);
                }
            }
        }
        return found;
    }

    /** Files that hold secrets and that somebody else may read. */
    List<String> readableByOthers() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            String name = state.relativize(file).toString();
            boolean home = HOMES.stream().anyMatch(name::startsWith) || KNOWN.containsKey(name);
            String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            if (home && !permissions.endsWith("------")) {
                found.add(name + " " + permissions);
            }
        }
        return found;
    }

    private List<Path> files() throws IOException {
        List<Path> all = new ArrayList<>();
        // What the servers keep changes while we look; a file that is gone has nothing to tell.
        try (Stream<Path> files = Files.walk(state)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(state.resolve("data/postgres"))
                            && !file.startsWith(state.resolve("conf/build"))
                            && !file.startsWith(state.resolve("data/elasticsearch"))
                            && !file.toString().contains("/tmp/")
                            && sizeOf(file) < 64 << 20)
                    .forEach(all::add);
        } catch (java.io.UncheckedIOException changing) {
            throw new IOException(changing);
        }
        return all;
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException gone) {
            return Long.MAX_VALUE;
        }
    }
}
