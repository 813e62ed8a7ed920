package io.millrace.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.OpenSecurity;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final StackAddress ADDRESS = new StackAddress(31_000);

    @TempDir
    private Path state;

    private OpenSecurity security;

    @BeforeEach
    void makeSecrets() {
        StackFolder folder = new StackFolder(state);
        folder.create();
        security = new OpenSecurity(ADDRESS, Secrets.readOrCreate(folder, new SecureRandom()));
    }

    @Test
    void theBrokerListensOnLoopbackOnly() throws IOException {
        Properties settings = properties(KafkaService.settings(ADDRESS, Path.of("/state/kafka"), security.broker()));
        assertThat(settings.getProperty("listeners"))
                .isEqualTo("PLAINTEXT://127.0.0.1:31002,CONTROLLER://127.0.0.1:31003");
        assertThat(settings.getProperty("controller.quorum.voters")).isEqualTo("1@127.0.0.1:31003");
        assertThat(settings.getProperty("log.dirs")).isEqualTo("/state/kafka");
        assertThat(settings.getProperty("auto.create.topics.enable")).isEqualTo("false");
    }

    @Test
    void theWorkerReadsCommittedRecordsAndWritesTheRegistrysIds() throws IOException {
        Properties settings = properties(ConnectService.settings(
                Access.open(ADDRESS),
                List.of(Path.of("/plugins/a"), Path.of("/plugins/b")),
                Path.of("/secrets"),
                security.worker()));
        assertThat(settings.getProperty("plugin.path")).isEqualTo("/plugins/a,/plugins/b");
        assertThat(settings.getProperty("listeners")).isEqualTo("http://127.0.0.1:31006");
        assertThat(settings.getProperty("consumer.isolation.level")).isEqualTo("read_committed");
        assertThat(settings.getProperty("exactly.once.source.support")).isEqualTo("enabled");
        assertThat(settings.getProperty("value.converter.apicurio.registry.url"))
                .isEqualTo("http://127.0.0.1:31004/apis/registry/v2");
    }

    @Test
    void theOtherServersListenOnLoopbackToo() {
        assertThat(RedisService.settings(security.redis(), Path.of("/state/redis")))
                .contains("bind 127.0.0.1\n", "port 31010\n");
        assertThat(ElasticsearchService.settings(ADDRESS, Path.of("/d"), Path.of("/l"), security.elasticsearch()))
                .contains("http.host: 127.0.0.1\n", "http.port: 31008\n", "transport.host: 127.0.0.1\n");
        assertThat(RegistryService.environment(security, "secret"))
                .containsEntry("QUARKUS_HTTP_HOST", "127.0.0.1")
                .containsEntry("QUARKUS_MANAGEMENT_HOST", "127.0.0.1")
                .containsEntry("APICURIO_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:31007/registry");
    }

    @Test
    void sparksOptionsAndTheVersionsComeFromTheBuild() {
        Versions versions = new Versions();
        assertThat(versions.sparkJavaOptions()).contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        assertThat(versions.of("elasticsearch")).matches("\\d+\\.\\d+\\.\\d+");
    }

    private static Properties properties(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        return properties;
    }
}
