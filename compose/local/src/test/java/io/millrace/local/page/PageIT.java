package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import io.millrace.local.dashboards.KibanaUrl;
import io.millrace.local.security.Access;
import io.millrace.local.security.PageSecurity;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, over a real Elasticsearch and a real Redis with numbers that are known. */
@ExtendWith(WithStores.class)
class PageIT {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static Stores stores;
    private static Seed seed;

    private static Browser browser;

    private PageServer server;

    @BeforeAll
    static void start(Stores running, @TempDir(cleanup = CleanupMode.NEVER) Path profile) throws IOException {
        assumeTrue(Browser.find().isPresent(), "no chromium or google-chrome on the PATH: the page is not looked at");
        stores = running;
        seed = new Seed(running);
        browser = new Browser(Browser.find().get(), profile);
    }

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void serve() throws IOException {
        server = PageServer.start(Access.open(stores.address()), PageSecurity.NONE);
        browser.forget();
        browser.resize(1280, 900, false);
    }

    @AfterEach
    void stopServing() {
        browser.open("about:blank");
        server.close();
    }

    @Test
    void theNumbersOnThePageAreThoseInTheStores() {
        seed.fill();
        browser.open(server.url());

        eventually(() -> {
            assertThat(tile("requests")).isEqualTo(Seed.SHOP_REQUESTS + Seed.BLOG_REQUESTS);
            assertThat(tile("active-users")).isEqualTo(Seed.NEWEST_USERS);
            assertThat(tile("live-sessions")).isEqualTo(Seed.LIVE_SESSIONS);
            assertThat(tile("orders")).isEqualTo(Seed.ORDERS);
            assertThat(tile("freshness")).isCloseTo(Seed.FRESHNESS_SECONDS, within(0.01));
            assertThat(text("[data-tile=orders] .detail")).contains(Seed.REVENUE);
            assertThat(text("[data-tile=live-sessions] .detail")).startsWith(Seed.SESSIONS + " sessions");
            assertThat(rows("requests-by-country")).containsExactly("United States=60", "Germany=40", "France=35");
            assertThat(rows("top-pages")).containsExactly("/cart=60", "/=40");
            assertThat(sum("requests")).isEqualTo(Seed.SHOP_REQUESTS + Seed.BLOG_REQUESTS);
            assertThat(sum("orders")).isEqualTo(Seed.ORDERS);
            assertThat(sum("revenue")).isEqualTo(60.5);
            assertThat(rows("live-sessions")).hasSize((int) Seed.LIVE_SESSIONS);
            assertThat(text("[data-hop=redis] .state")).isEqualTo("fresh to 2.0 s");
            assertThat(text("[data-hop=kafka] .state")).isEqualTo("down");
        });
        assertNothingIsWrong();
    }

    @Test
    void aChosenSiteShowsItsOwnNumbersAndOrdersStay() {
        seed.fill();
        browser.open(server.url() + "/#site=blog");

        eventually(() -> {
            assertThat(tile("requests")).isEqualTo(Seed.BLOG_REQUESTS);
            assertThat(tile("active-users")).isEqualTo(4);
            assertThat(rows("requests-by-country")).containsExactly("France=35");
            assertThat(text("[data-tile=live-sessions] .value")).isEqualTo("–");
            assertThat(tile("orders")).isEqualTo(Seed.ORDERS);
        });
        assertNothingIsWrong();
    }

    @Test
    void aRangeWithoutDataSaysWhereTheDataIs() {
        seed.fill();
        browser.open(server.url() + "/#range=1h");

        awaitText("[data-panel=requests] .empty", "Nothing in this time range");
        awaitText("[data-panel=requests] .empty", "5 Mar 2024, 10:19 UTC");
        awaitText("[data-tile=requests] .detail", "none in this time range");
        assertNothingIsWrong();
    }

    @Test
    void anEmptyStackSaysWhatToDo() throws IOException {
        seed.clear();
        browser.open(server.url());

        awaitText("[data-panel=active-users] .empty", "./millrace demo");
        awaitText("[data-panel=active-users] .empty", "Waiting for data");
        awaitText("[data-panel=active-users] .empty", "./millrace send FILE");
        awaitText("[data-panel=orders] .empty", "./millrace simulate");
        awaitText("#status", "Live");
        picture("empty-1280");
        assertNothingIsWrong();
    }

    @Test
    void newDataAppearsWithoutAReload() {
        seed.clear();
        browser.open(server.url());
        awaitText("[data-panel=requests] .empty", "Waiting for data");
        eventually(() -> assertThat(browser.evaluate(
                                "(window.before = document.querySelector('[data-panel=requests] svg')) !== null")
                        .asBoolean())
                .isTrue());

        seed.fill();

        awaitTile("requests", Seed.SHOP_REQUESTS + Seed.BLOG_REQUESTS);
        awaitRows("requests");
        assertThat(browser.evaluate("window.before === document.querySelector('[data-panel=requests] svg')")
                        .asBoolean())
                .as("the chart was kept and given new rows")
                .isTrue();
        assertNothingIsWrong();
    }

    @Test
    void aStoreThatGoesAwayLeavesTheLastGoodStateMarkedStale() throws IOException {
        seed.fill();
        browser.open(server.url());
        awaitTile("requests", Seed.SHOP_REQUESTS + Seed.BLOG_REQUESTS);
        eventually(() -> assertThat(rows("requests-by-country")).hasSize(3));

        server.close();

        awaitText("#status", "Stale since");
        assertThat(tile("requests")).isEqualTo(Seed.SHOP_REQUESTS + Seed.BLOG_REQUESTS);
        assertThat(rows("requests-by-country")).hasSize(3);
        server = PageServer.start(Access.open(stores.address()), PageSecurity.NONE);
        awaitText("#status", "Live");
    }

    @Test
    void aStackThatIsNotThereIsSaidToBeDown() throws IOException {
        server.close();
        server = PageServer.start(Access.open(Stores.freeAddress()), PageSecurity.NONE);
        browser.open(server.url());

        awaitText("[data-panel=requests] .empty", "Elasticsearch does not answer");
        awaitText("[data-panel=requests] .empty", "./millrace status");
        awaitText("[data-hop=redis] .state", "down");
        awaitText("[data-tile=live-sessions] .value", "–");
        awaitText("#status", "Waiting");
        assertNothingIsWrong();
    }

    @Test
    void thePageFitsDeskAndPhoneInLightAndDark() throws IOException {
        seed.fill();
        for (int width : List.of(1280, 390)) {
            for (boolean dark : List.of(false, true)) {
                browser.resize(width, width == 390 ? 844 : 900, dark);
                browser.open(server.url());
                awaitTile("requests", Seed.SHOP_REQUESTS + Seed.BLOG_REQUESTS);
                awaitRows("freshness");
                assertThat(browser.evaluate("document.documentElement.scrollWidth")
                                .asInt())
                        .as("no scrolling sideways at " + width)
                        .isLessThanOrEqualTo(width);
                picture("page-" + width + (dark ? "-dark" : "-light"));
            }
        }
        assertNothingIsWrong();
    }

    @Test
    void theBrowserAsksElasticsearchWhatKibanaWouldAsk() throws IOException {
        browser.open(server.url());
        Instant max = Seed.NEWEST;
        Instant min = max.minus(Duration.ofHours(5));
        JsonNode filter = Answers.JSON.readTree("{\"term\":{\"site\":\"shop\"}}");
        KibanaUrl kibana = new KibanaUrl(min, max, List.of(filter));
        awaitText("h1", "Millrace");
        VegaSpecs.bundled().byName().forEach((name, spec) -> {
            JsonNode url = spec.at("/data/url");
            JsonNode asked = browser.evaluate("import('/kibana.js').then(({searchOf}) => searchOf(" + url + ", {min: "
                    + min.toEpochMilli() + ", max: " + max.toEpochMilli() + ", filters: [" + filter + "]}).body)");
            assertThat(normalized(asked)).as(name).isEqualTo(normalized(kibana.body(url)));
        });
    }

    /** The two write the same instant with and without milliseconds. */
    private static String normalized(JsonNode body) {
        return sorted(body).toString().replace(".000Z", "Z");
    }

    private static JsonNode sorted(JsonNode node) {
        if (!node.isObject()) {
            return node;
        }
        var sorted = Answers.JSON.createObjectNode();
        node.properties().stream()
                .sorted(java.util.Map.Entry.comparingByKey())
                .forEach(entry -> sorted.set(entry.getKey(), sorted(entry.getValue())));
        return sorted;
    }

    private void assertNothingIsWrong() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .isNotEmpty()
                .allMatch(url -> url.startsWith("http://" + StackAddress.HOST + ":") || url.startsWith("data:"));
    }

    /** The page draws each number when its own answer arrives, so all of them are waited for. */
    private static void eventually(ThrowingRunnable assertions) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(assertions);
    }

    private void awaitTile(String name, double value) {
        eventually(() -> assertThat(tile(name)).as("tile " + name).isEqualTo(value));
    }

    private void awaitText(String selector, String text) {
        eventually(() -> assertThat(text(selector)).as(selector).contains(text));
    }

    private void awaitRows(String panel) {
        eventually(() -> assertThat(rows(panel)).as(panel).isNotEmpty());
    }

    private double tile(String name) {
        return browser.evaluate(
                        "Number(document.querySelector('[data-tile=" + name + "] .value')?.dataset.value ?? NaN)")
                .asDouble(Double.NaN);
    }

    private String text(String selector) {
        return browser.evaluate("document.querySelector('" + selector + "')?.textContent ?? ''")
                .asText();
    }

    /** The panel's table: first and last column. */
    private List<String> rows(String panel) {
        JsonNode rows = browser.evaluate("[...document.querySelectorAll('[data-panel=" + panel
                + "] tbody tr')].map(row => row.firstChild.textContent + '=' + row.lastChild.textContent)");
        return Answers.JSON.convertValue(
                rows, Answers.JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }

    private double sum(String panel) {
        return rows(panel).stream()
                .map(row -> row.substring(row.lastIndexOf('=') + 1).replace(",", ""))
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    private void picture(String name) throws IOException {
        Path file = browser.screenshot(SCREENSHOTS.resolve(name + ".png"));
        BufferedImage image = ImageIO.read(file.toFile());
        Set<Integer> colors = new HashSet<>();
        for (int x = 0; x < image.getWidth(); x += 3) {
            for (int y = 0; y < image.getHeight(); y += 3) {
                colors.add(image.getRGB(x, y));
            }
        }
        assertThat(colors).as("colours in " + file).hasSizeGreaterThan(20);
    }
}
