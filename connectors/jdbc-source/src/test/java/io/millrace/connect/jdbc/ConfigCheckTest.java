package io.millrace.connect.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCheckTest {
    @TempDir
    Path folder;

    private Map<String, String> config;

    @BeforeEach
    void database() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("test.db");
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, changed TIMESTAMP, sent TIMESTAMP NOT NULL)");
        }
        config = new HashMap<>(Map.of("connection.url", url, "mode", "incrementing", "topic.prefix", "t-"));
    }

    @Test
    void aConfigurationThatFitsTheDatabaseIsAccepted() {
        assertThat(errors()).isEmpty();
    }

    @Test
    void aMistypedKeyNamesTheOneThatWasMeant() {
        config.put("batch.max.row", "7");
        assertThat(errors()).containsOnlyKeys("batch.max.row");
        assertThat(errors().get("batch.max.row").toString()).contains("did you mean batch.max.rows?");
    }

    @Test
    void aMistypedConnectionKeyThatTheDriverDoesNotHaveIsRefused() {
        config.put("connection.usr", "me");
        assertThat(errors().get("connection.usr").toString()).contains("did you mean connection.user?");
    }

    @Test
    void aColumnThatIsNotThereNamesTheNearest() {
        config.put("mode", "timestamp");
        config.put("timestamp.column.name", "chnaged");
        assertThat(errors().get("timestamp.column.name").toString()).contains("did you mean changed?");
    }

    @Test
    void timesThatCanBeNullAreRefusedUnlessToldOtherwise() {
        config.put("mode", "timestamp");
        config.put("timestamp.column.name", "changed");
        assertThat(errors()).containsOnlyKeys("timestamp.column.name");
        config.put("validate.non.null", "false");
        assertThat(errors()).isEmpty();
        config.put("validate.non.null", "true");
        config.put("timestamp.column.name", "changed,sent");
        assertThat(errors()).isEmpty();
    }

    @Test
    void aQueryThatTheDatabaseRefusesIsAnErrorOfItsKey() {
        config.put("query", "SELECT nothing FROM t");
        config.put("mode", "bulk");
        assertThat(errors()).containsOnlyKeys("query");
    }

    @Test
    void anUrlWithoutDriverIsRefusedWithoutShowingIt() {
        config.put("connection.url", "jdbc:nothing://host/db?password=secret");
        assertThat(errors()).containsOnlyKeys("connection.url");
        assertThat(errors().toString()).contains("no driver").doesNotContain("secret");
    }

    @Test
    void offsetsThatNoTaskCouldReadAreRefused() {
        JdbcSourceConnector connector = new JdbcSourceConnector();
        Map<String, String> table = Map.of("protocol", "1", "table", "t");
        assertThat(connector.alterOffsets(config, Map.of(table, Map.of("incrementing", 7))))
                .isTrue();
        assertThatThrownBy(() -> connector.alterOffsets(config, Map.of(table, Map.of("incremental", 7L))))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("incremental");
        assertThatThrownBy(() -> connector.alterOffsets(config, Map.of(Map.of("tab", "t"), Map.of("incrementing", 7L))))
                .isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> connector.alterOffsets(config, Map.of(table, Map.of("timestamp", 7L))))
                .hasMessageContaining("needs incrementing");
    }

    @Test
    void onlyModesWithAPlaceToGoOnFromAreExactlyOnce() {
        JdbcSourceConnector connector = new JdbcSourceConnector();
        assertThat(connector.exactlyOnceSupport(config)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
        config.put("mode", "bulk");
        assertThat(connector.exactlyOnceSupport(config)).isEqualTo(ExactlyOnceSupport.UNSUPPORTED);
    }

    @Test
    void numericColumnsBecomeWhatTheMappingSays() {
        assertThat(NumericMapping.NONE.schema(5, 0, false).build().parameters()).containsEntry("scale", "0");
        assertThat(NumericMapping.PRECISION_ONLY.schema(5, 0, false).type()).hasToString("INT32");
        assertThat(NumericMapping.PRECISION_ONLY.schema(5, 2, false).name()).endsWith("Decimal");
        assertThat(NumericMapping.BEST_FIT.schema(2, 0, false).type()).hasToString("INT8");
        assertThat(NumericMapping.BEST_FIT.schema(5, 2, false).type()).hasToString("FLOAT64");
        assertThat(NumericMapping.BEST_FIT.schema(20, 2, false).name()).endsWith("Decimal");
        assertThat(NumericMapping.BEST_FIT_EAGER_DOUBLE.schema(20, 2, false).type())
                .hasToString("FLOAT64");
    }

    private Map<String, List<String>> errors() {
        Map<String, List<String>> errors = new HashMap<>();
        new JdbcSourceConnector()
                .validate(config).configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
