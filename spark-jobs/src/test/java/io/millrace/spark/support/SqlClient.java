package io.millrace.spark.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks a driver's {@code POST /sql}. */
public final class SqlClient {
    private final HttpClient http = HttpClient.newHttpClient();
    /** Keeps every digit of a number, zeros at its end too. */
    private final ObjectMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** Status 0: the driver does not listen. */
    public record Answer(int status, String body) {}

    public Answer post(DriverProcess driver, String sql) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + driver.controlPort() + "/sql"))
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(sql))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, "{}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** One field of the answer as text, empty when there is none. */
    public String ask(DriverProcess driver, String sql, int row, int column) {
        return answer(driver, sql).path("rows").path(row).path(column).asText();
    }

    /** Each row as its fields with a bar between them; empty when the query was not answered. */
    public List<String> rows(DriverProcess driver, String sql) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : answer(driver, sql).path("rows")) {
            List<String> fields = new ArrayList<>();
            row.forEach(field -> fields.add(field.asText()));
            rows.add(String.join("|", fields));
        }
        return rows;
    }

    /** The whole answer, {@code columns} and {@code rows}. */
    public JsonNode answer(DriverProcess driver, String sql) {
        try {
            return json.readTree(post(driver, sql).body());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
