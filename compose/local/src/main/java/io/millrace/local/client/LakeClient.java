package io.millrace.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Asks the lake in SQL, through the lake driver. Safe for use by several threads. */
public final class LakeClient {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final JsonHttp driver;

    /**
     * The answer to a query.
     *
     * @param columns names of the columns
     * @param rows a value per column; JSON null for SQL's null
     */
    public record Rows(List<String> columns, List<List<JsonNode>> rows) {
        /** A number of the first row; zero when it is null. */
        public long number(int column) {
            return rows.get(0).get(column).asLong();
        }
    }

    public LakeClient(Access access) {
        this.driver = new JsonHttp(
                "the lake driver", access, Part.LAKE_DRIVER, access.address().lakeDriver());
    }

    /**
     * Runs one read-only query.
     *
     * @throws ReadException when the driver is not there or refuses the query, with its reason
     */
    public Rows query(String sql) throws ReadException {
        JsonNode answer = driver.post("/sql", "text/plain; charset=utf-8", sql, TIMEOUT, OptionalInt.empty());
        List<String> columns = new ArrayList<>();
        answer.path("columns").forEach(column -> columns.add(column.asText()));
        List<List<JsonNode>> rows = new ArrayList<>();
        for (JsonNode line : answer.path("rows")) {
            List<JsonNode> row = new ArrayList<>();
            line.forEach(row::add);
            rows.add(row);
        }
        return new Rows(columns, rows);
    }

    /** A text as a SQL literal. */
    public static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
