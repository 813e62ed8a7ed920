package io.millrace.connect.elasticsearch;

import io.millrace.testing.Built;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A server that documents are written to, and how many it has taken. */
final class BenchTarget implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<String> INDICES = List.of(BenchDocuments.TOPIC, "millrace-ledger");

    private final String url;
    private final LongSupplier documents;
    private final Runnable clear;
    private final AutoCloseable server;

    private BenchTarget(String url, LongSupplier documents, Runnable clear, AutoCloseable server) {
        this.url = url;
        this.documents = documents;
        this.clear = clear;
        this.server = server;
    }

    static BenchTarget of(NullServer server) {
        return new BenchTarget(server.url(), server::documents, server::clear, () -> {});
    }

    /** @param url of a server that runs; otherwise the product's own is started in the folder */
    static BenchTarget elasticsearch(Optional<String> url, Path folder) throws IOException {
        if (url.isPresent()) {
            return real(url.get(), () -> {});
        }
        if (System.getProperty("elasticsearch.home") == null) {
            System.setProperty(
                    "elasticsearch.home",
                    unpack(Built.archive("elasticsearch.zip"), folder).toString());
        }
        // With the heap of the tests the server refuses requests under this load.
        System.setProperty("server.heap", "1g");
        ElasticsearchServer server = ElasticsearchServer.start(Files.createDirectory(folder.resolve("server")));
        return real(server.url(), server);
    }

    private static BenchTarget real(String url, AutoCloseable server) {
        return new BenchTarget(
                url,
                () -> indexed(url),
                () -> INDICES.forEach(index -> send("DELETE", url + "/" + index + "?ignore_unavailable=true")),
                server);
    }

    String url() {
        return url;
    }

    /** How many documents it has taken since it was cleared. */
    long documents() {
        return documents.getAsLong();
    }

    void clear() {
        clear.run();
    }

    /** A configuration with the addresses filled in. */
    Map<String, String> fill(Map<String, String> config) {
        URI address = URI.create(url);
        Map<String, String> filled = new HashMap<>();
        config.forEach((key, value) -> filled.put(
                key,
                value.replace("${url}", url)
                        .replace("${host}", address.getHost())
                        .replace("${port}", Integer.toString(address.getPort()))
                        .replace("${topic}", BenchDocuments.TOPIC)));
        if (!filled.containsKey("topics.regex")) {
            filled.putIfAbsent("topics", BenchDocuments.TOPIC);
        }
        return filled;
    }

    @Override
    public void close() throws Exception {
        server.close();
    }

    private static long indexed(String url) {
        String path = "/" + BenchDocuments.TOPIC + "/_stats/indexing?filter_path=_all.primaries.indexing.index_total";
        Map<String, Object> stats = Json.object(send("GET", url + path));
        Object total = Json.path(stats, "_all", "primaries", "indexing").get("index_total");
        return total instanceof Long count ? count : 0;
    }

    private static byte[] send(String method, String uri) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
        } catch (IOException failed) {
            throw new IllegalStateException(uri + " does not answer: " + failed, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static Path unpack(Path archive, Path folder) throws IOException {
        try (InputStream file = Files.newInputStream(archive);
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("an entry of " + archive + " leads outside: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(zip, target);
                    target.toFile().setExecutable(target.getParent().endsWith("bin"));
                }
            }
        }
        try (Stream<Path> unpacked = Files.list(folder)) {
            return unpacked.filter(path -> Files.exists(path.resolve("bin/elasticsearch")))
                    .findFirst()
                    .orElseThrow(() -> new IOException(archive + " holds no Elasticsearch"));
        }
    }
}
