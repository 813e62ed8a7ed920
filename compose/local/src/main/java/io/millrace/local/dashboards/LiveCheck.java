package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.TextTable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What each panel finds in an Elasticsearch.
 *
 * @param lines a table of panels and how many rows each has
 * @param problems panels whose search is refused or finds nothing
 */
record LiveCheck(List<String> lines, List<String> problems) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REACH = Duration.ofDays(30);

    static LiveCheck of(DashboardFiles files, String elasticsearch) throws IOException, InterruptedException {
        TextTable table = new TextTable(List.of("DASHBOARD", "PANEL", "KIND", "DOCUMENTS", "ROWS"), Set.of(3, 4));
        List<String> problems = new ArrayList<>();
        for (Dashboard dashboard : files.dashboards()) {
            for (Panel panel : dashboard.panels()) {
                String where = dashboard.name() + ".yaml: panel \"" + panel.title() + "\" ";
                Found found = ask(elasticsearch, files.spec(panel));
                if (found.refusal != null) {
                    problems.add(where + "is refused by Elasticsearch: " + found.refusal);
                } else if (found.documents == 0 || found.rows == 0) {
                    problems.add(where + "finds nothing in " + files.index(panel));
                }
                table.row(List.of(
                        dashboard.name(),
                        panel.title(),
                        panel instanceof Panel.Vega ? "vega" : "lens",
                        Long.toString(found.documents),
                        Integer.toString(found.rows)));
            }
        }
        return new LiveCheck(table.lines(Integer.MAX_VALUE), problems);
    }

    private record Found(long documents, int rows, String refusal) {}

    private static Found ask(String elasticsearch, ObjectNode spec) throws IOException, InterruptedException {
        JsonNode url = spec.at("/data/url");
        String index = url.path("index").asText();
        String time = url.path("%timefield%")
                .asText(spec.at("/usermeta/millrace/time_field").asText());
        ObjectNode newest = JSON.createObjectNode().put("size", 0);
        newest.putObject("aggs").putObject("newest").putObject("max").put("field", time);
        JsonNode last = search(elasticsearch, index, newest);
        if (last.has("error")) {
            return new Found(
                    0, 0, last.at("/error/reason").asText(last.path("error").toString()));
        }
        Instant max = Instant.ofEpochMilli(
                last.at("/aggregations/newest/value").asLong(Instant.now().toEpochMilli()) + 60_000);
        JsonNode answer = search(elasticsearch, index, new KibanaUrl(max.minus(REACH), max, List.of()).body(url));
        if (answer.has("error")) {
            return new Found(
                    0,
                    0,
                    answer.at("/error/root_cause/0/reason")
                            .asText(answer.path("error").toString()));
        }
        String path = "/" + spec.at("/data/format/property").asText().replace('.', '/');
        return new Found(
                answer.at("/hits/total/value").asLong(), answer.at(path).size(), null);
    }

    private static JsonNode search(String elasticsearch, String index, JsonNode body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(elasticsearch + "/" + index + "/_search?ignore_unavailable=true"))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        try {
            return JSON.readTree(HttpClient.newHttpClient()
                    .send(request, HttpResponse.BodyHandlers.ofByteArray())
                    .body());
        } catch (IOException e) {
            throw new IOException("Elasticsearch at " + elasticsearch + " does not answer", e);
        }
    }
}
