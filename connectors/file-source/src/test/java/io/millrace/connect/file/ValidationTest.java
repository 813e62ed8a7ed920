package io.millrace.connect.file;

import static io.millrace.connect.file.S3IT.errors;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the validation says of a configuration. */
class ValidationTest {
    @TempDir
    Path folder;

    private Map<String, String> config;

    @BeforeEach
    void config() {
        config = TaskDriver.config(folder, "lines");
    }

    @Test
    void aConfigurationOfAFolderThatIsThereIsWell() {
        assertThat(errors(config)).isEmpty();
        assertThat(new FileSourceConnector().exactlyOnceSupport(config)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    }

    @Test
    void aFolderThatIsNotThereIsFoundAndCanBeAccepted() {
        config.put("location", folder.resolve("missing").toString());
        assertThat(errors(config)).containsOnlyKeys("location");
        assertThat(errors(config).toString()).contains("sees no folder", "connection.check=false");
        config.put("connection.check", "false");
        assertThat(errors(config)).isEmpty();
    }

    @Test
    void everyFindingIsAtTheKeyToChange() {
        assertFound("location", "location", "relative/path");
        assertFound("location", "location", "ftp://host/x");
        assertFound("files.include", "files.include", "(");
        assertFound("csv.delimiter", "csv.delimiter", "ab");
        assertFound("s3.endpoint", "s3.endpoint", "host:1");
        assertFound("topic", "topic", "${file.nothing}");
        assertFound("key", "key", "${nothing}");
        assertFound("value.format", "value.format", "contract");
        assertFound("contract", "contract", "web.events");
        assertFound("csv.columns", "csv.columns", "a,b");
        assertFound("cleanup.target", "cleanup", "move");
        assertFound("cleanup.target", "cleanup.target", "/somewhere");
        assertFound("s3.secret.key", "s3.access.key", "only-one");
        assertFound("topik", "topik", "x");
        assertThat(errors(config)).isEmpty();
    }

    @Test
    void filesCannotBeMovedToWhereTheyWouldBeReadAgain() {
        config.put("cleanup", "move");
        config.put("cleanup.target", folder.resolve("done").toString());
        assertThat(errors(config)).containsOnlyKeys("cleanup.target");
        config.put("cleanup.target", folder + "-done");
        assertThat(errors(config)).isEmpty();
    }

    @Test
    void aMissingContractIsFoundAtTheTopicOrAtItsOwnKey() {
        config.put("format", "ndjson");
        assertThat(errors(config)).containsOnlyKeys("topic");
        config.put("contract", "no.such");
        assertThat(errors(config)).containsOnlyKeys("contract");
        config.put("contract", "web.events");
        assertThat(errors(config)).isEmpty();
    }

    private void assertFound(String at, String key, String value) {
        String before = config.put(key, value);
        assertThat(errors(config)).as(key + "=" + value).containsKey(at);
        if (before == null) {
            config.remove(key);
        } else {
            config.put(key, before);
        }
    }
}
