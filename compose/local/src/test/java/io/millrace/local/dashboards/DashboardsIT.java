package io.millrace.local.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import io.millrace.local.page.Browser;
import io.millrace.local.page.PageServer;
import io.millrace.local.page.Stores;
import io.millrace.local.page.WithStores;
import io.millrace.local.security.Access;
import io.millrace.local.security.PageSecurity;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every panel of every dashboard against a real Elasticsearch: what its Vega spec asks, what its Lens state amounts to, and
 * what a browser draws of it, held against the documents themselves.
 */
@ExtendWith(WithStores.class)
class DashboardsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final DashboardFiles FILES = ShippedFiles.read();
    private static final Instant MAX = DashboardSeed.NEWEST.plusSeconds(60);
    private static final Instant MIN = MAX.minus(Duration.ofHours(12));

    private static Stores stores;
    private static DashboardSeed seed;

    @BeforeAll
    static void fill(Stores running) {
        stores = running;
        seed = new DashboardSeed(FILES, 7);
        seed.fill(stores, FILES);
    }

    @AfterAll
    static void clear() {
        seed.clear(stores);
    }

    @Test
    void theLiveCheckFindsRowsForEveryPanelAndNamesOneThatHasNone() throws Exception {
        String url = StackAddress.url(stores.address().elasticsearch());
        LiveCheck full = LiveCheck.of(FILES, url);
        assertThat(full.problems()).isEmpty();
        assertThat(full.lines())
                .hasSize(1
                        + (int) FILES.dashboards().stream()
                                .mapToLong(each -> each.panels().size())
                                .sum());

        stores.elasticsearch("DELETE", "/serving.card_velocity", "");
        assertThat(LiveCheck.of(FILES, url).problems())
                .isNotEmpty()
                .allMatch(problem -> problem.startsWith("fraud-velocity.yaml: panel ")
                        && problem.endsWith("finds nothing in serving.card_velocity"));
        seed.fill(stores, FILES);
    }

    static Stream<Panel.Lens> lensPanels() {
        return FILES.dashboards().stream()
                .flatMap(dashboard -> dashboard.panels().stream())
                .filter(Panel.Lens.class::isInstance)
                .map(Panel.Lens.class::cast);
    }

    @ParameterizedTest
    @MethodSource("lensPanels")
    void whatLensAsksAndWhatThePageAsksAreTheSameNumbers(Panel.Lens panel) throws IOException {
        IndexFields fields = FILES.indices().require(panel.from(), panel.title());
        LensQuery lens = new LensQuery(LensState.attributes(panel, fields));
        Map<String, Double> expected = lens.rows(search(panel.from(), lens.body(panel.time(), MIN, MAX)));
        assertThat(expected).isNotEmpty();

        ObjectNode spec = FILES.spec(panel);
        JsonNode answer = search(panel.from(), new KibanaUrl(MIN, MAX, List.of()).body(spec.at("/data/url")));
        Measure value = panel.values().get(0);
        boolean overTime = panel.groupings().stream().anyMatch(Panel.Grouping::isTime);
        Map<String, Double> found = new TreeMap<>();
        for (JsonNode outer : answer.at("/aggregations/outer/buckets")) {
            String name =
                    panel.groupings().isEmpty() || panel.groupings().get(0).isTime() ? "" : "|" + key(outer);
            if (panel.groupings().size() == 2) {
                for (JsonNode inner : outer.at("/inner/buckets")) {
                    String cell = panel.groupings().get(1).isTime() ? name : name + "|" + key(inner);
                    add(found, cell, inner, value);
                }
            } else {
                add(found, name, outer, value);
            }
        }
        if (overTime && value.operation() == Measure.Operation.PERCENTILE) {
            // A percentile of steps is not that of the whole.
            assertThat(found.keySet()).isEqualTo(expected.keySet());
            return;
        }
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((name, number) -> assertThat(number).as(name).isCloseTo(expected.get(name), within(0.001)));
    }

    private static void add(Map<String, Double> found, String name, JsonNode bucket, Measure value) {
        double number =
                switch (value.operation()) {
                    case COUNT -> bucket.path("doc_count").asDouble();
                    case PERCENTILE -> bucket.at("/m0/values/0/value").asDouble();
                    default -> bucket.at("/m0/value").asDouble();
                };
        found.merge(name, number, value.operation() == Measure.Operation.MAX ? Math::max : Double::sum);
    }

    private static String key(JsonNode bucket) {
        return bucket.path("key_as_string").asText(bucket.path("key").asText());
    }

    @Test
    void everyPanelIsDrawnWithTheNumbersOfTheDocuments(@TempDir(cleanup = CleanupMode.NEVER) Path profile)
            throws Exception {
        assumeTrue(Browser.find().isPresent(), "no chromium or google-chrome on the PATH: dashboards are not drawn");
        PageDashboards shown = new PageDashboards(ShippedFiles.DASHBOARDS, ShippedFiles.CONTRACTS);
        try (Browser browser = new Browser(Browser.find().orElseThrow(), profile);
                PageServer page = PageServer.start(Access.open(stores.address()), PageSecurity.NONE, shown)) {
            browser.resize(1400, 900, false);
            for (Dashboard dashboard : FILES.dashboards()) {
                browser.open(page.url() + "/?dashboard=" + dashboard.name());
                await(dashboard.name()).atMost(Duration.ofMinutes(3)).untilAsserted(() -> assertThat(tables(browser))
                        .hasSize(dashboard.panels().size())
                        .allSatisfy((panel, rows) -> assertThat(rows).as(panel).isNotEmpty()));
                browser.screenshot(SCREENSHOTS.resolve("dashboard-" + dashboard.name() + ".png"));
                numbers(dashboard.name(), tables(browser));
            }
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.evaluate("document.querySelectorAll('#dashboards a').length")
                            .asInt())
                    .isEqualTo(1 + FILES.dashboards().size());
        }
    }

    /** What is counted by hand from the documents, on each dashboard. */
    private static void numbers(String dashboard, Map<String, List<String>> tables) {
        switch (dashboard) {
            case "product-analytics" -> {
                assertThat(number(tables, "All requests", 0)).isEqualTo(sum("serving.requests_per_minute", "requests"));
                assertThat(number(tables, "Page views", 0)).isEqualTo(sum("serving.page_views", "views"));
                assertThat(column(tables, "Requests by site", 2))
                        .isEqualTo(sum("serving.requests_per_minute", "requests"));
            }
            case "sessions" -> {
                assertThat(number(tables, "Sessions", 0)).isEqualTo(count("serving.sessions", row -> true));
                assertThat(number(tables, "Sessions with a purchase", 0))
                        .isEqualTo(count(
                                "serving.sessions", row -> row.get("converted").equals(true)));
                assertThat(column(tables, "Devices", 1)).isEqualTo(count("serving.sessions", row -> true));
            }
            case "orders" -> {
                assertThat(number(tables, "Cancelled", 0)).isEqualTo(count("serving.orders", row -> row.get("status")
                        .equals("cancelled")));
                assertThat(number(tables, "Order value", 0))
                        .isCloseTo(
                                seed.of("serving.orders").stream()
                                        .filter(row -> !row.get("status").equals("cancelled"))
                                        .mapToDouble(row -> ((Number) row.get("total")).doubleValue())
                                        .sum(),
                                within(0.01));
            }
            case "fraud-velocity" ->
                assertThat(number(tables, "Flagged windows", 0))
                        .isEqualTo(count("serving.card_velocity", row -> row.get("flagged")
                                .equals(true)));
            case "service-errors" -> {
                assertThat(number(tables, "Requests", 0)).isEqualTo(sum("serving.service_errors", "requests"));
                assertThat(column(tables, "Server errors by service", 1))
                        .isEqualTo(sum("serving.service_errors", "server_errors"));
            }
            case "data-quality" ->
                assertThat(number(tables, "Records judged", 0)).isEqualTo(sum("serving.data_quality", "records"));
            case "pipeline-freshness" ->
                assertThat(number(tables, "Events", 0)).isEqualTo(sum("serving.events_per_minute", "events"));
            default -> throw new AssertionError("nothing is counted by hand for " + dashboard);
        }
    }

    private static double count(String index, Predicate<Map<String, Object>> wanted) {
        return seed.of(index).stream().filter(wanted).count();
    }

    private static double sum(String index, String field) {
        return seed.of(index).stream()
                .mapToDouble(row -> ((Number) row.get(field)).doubleValue())
                .sum();
    }

    /** The table of each panel by its title: a text per row, cells with a bar between them. */
    private static Map<String, List<String>> tables(Browser browser) {
        JsonNode tables = browser.evaluate("Object.fromEntries([...document.querySelectorAll('article')].map(card =>"
                + " [card.querySelector('h2').textContent, [...card.querySelectorAll('tbody tr')].map(row =>"
                + " [...row.children].map(cell => cell.textContent).join('|'))]))");
        return JSON.convertValue(
                tables, JSON.getTypeFactory().constructMapType(TreeMap.class, String.class, List.class));
    }

    private static double number(Map<String, List<String>> tables, String panel, int cell) {
        return parsed(tables.get(panel).get(0).split("\\|")[cell]);
    }

    private static double column(Map<String, List<String>> tables, String panel, int cell) {
        return tables.get(panel).stream()
                .mapToDouble(row -> parsed(row.split("\\|")[cell]))
                .sum();
    }

    private static double parsed(String text) {
        return Double.parseDouble(text.replace(",", ""));
    }

    private static JsonNode search(String index, JsonNode body) throws IOException {
        HttpResponse<String> response = stores.elasticsearch("POST", "/" + index + "/_search", body.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }
}
