package io.millrace.connect.elasticsearch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One Elasticsearch for all test classes, as it takes a while to start; stopped when the last of them has ended. */
final class RunningElasticsearch implements BeforeAllCallback {

    private ElasticsearchServer server;

    ElasticsearchServer server() {
        return server;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        server = context.getRoot()
                .getStore(Namespace.create(RunningElasticsearch.class))
                .getOrComputeIfAbsent(ElasticsearchServer.class, key -> start(), ElasticsearchServer.class);
    }

    private static ElasticsearchServer start() {
        try {
            return ElasticsearchServer.start(Files.createDirectories(
                    Files.createTempDirectory(Files.createDirectories(Path.of("target")), "server")));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
