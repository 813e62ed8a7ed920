package io.millrace.local.dashboards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DashboardsCheckTest {
    @TempDir
    Path folder;

    private record Told(int code, String out, String err) {}

    private Told millrace(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new DashboardsCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Told(code, out.toString(), err.toString());
    }

    private Told check(Path dashboards, Path contracts) {
        return millrace("check", "--folder", dashboards.toString(), "--contracts", contracts.toString());
    }

    @Test
    void theShippedDashboardsAreSound() {
        Told told = check(ShippedFiles.DASHBOARDS, ShippedFiles.CONTRACTS);
        assertThat(told.err()).isEmpty();
        assertThat(told.code()).isZero();
        assertThat(told.out()).startsWith("7 dashboards with ").endsWith(" panels are sound.\n");
    }

    @Test
    void aFieldThatWasRenamedInAContractIsToldWithEveryPanelThatUsesIt() {
        Path contracts = ShippedFiles.copy(ShippedFiles.CONTRACTS, folder.resolve("contracts"));
        ShippedFiles.edit(
                contracts.resolve("serving.requests_per_minute/value.avsc"), "\"active_users\"", "\"users_active\"");
        ShippedFiles.edit(contracts.resolve("serving.card_velocity/value.avsc"), "\"merchants\"", "\"shops\"");

        Told told = check(ShippedFiles.DASHBOARDS, contracts);

        assertThat(told.code()).isEqualTo(1);
        assertThat(told.err())
                .contains("product-analytics.yaml: panel \"Active users\" (vega/active-users.json):"
                        + " serving.requests_per_minute has no field active_users")
                .contains("fraud-velocity.yaml: panel \"Busiest card\": serving.card_velocity has no field merchants")
                .contains("panel \"Highest velocity\"")
                .contains("panel \"Flagged cards by attempts\"");
        assertThat(told.err().lines()).hasSize(4);
    }

    @Test
    void aFieldThatBecameTextCannotBeSummedAnyMore() {
        Path contracts = ShippedFiles.copy(ShippedFiles.CONTRACTS, folder.resolve("contracts"));
        ShippedFiles.edit(
                contracts.resolve("serving.orders/value.avsc"),
                "\"name\": \"total\",\n      \"type\": \"double\"",
                "\"name\": \"total\",\n      \"type\": \"string\"");
        Told told = check(ShippedFiles.DASHBOARDS, contracts);
        assertThat(told.code()).isEqualTo(1);
        assertThat(told.err()).contains("panel \"Order value\": field total of serving.orders is keyword");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chart: metric, from: serving.orders | chart: metrik, from: serving.orders | chart metrik is unknown; did you mean metric?",
                "count as Orders, unique(customer_id) | counts as Orders, unique(customer_id) | counts as Orders is no value; it is count, sum(FIELD)",
                "from: serving.orders, values: [count | from: serving.order, values: [count | there is no contract or description of serving.order; did you mean serving.orders?",
                "{vega: revenue, size | {vega: revenu, size | vega revenu is not in the folder vega; did you mean revenue?",
                "by: status, size: 16x13 | by: status, size: 60x13 | size must be columns x rows",
                "by: status, size | bye: status, size | bye is not a known key; did you mean by?",
                "{title: Cancelled, | {title: Status, | title Status is that of another panel too",
                "from: now-24h | form: now-24h | form is not a known key; did you mean from?",
            })
    void aMistakeIsToldWithItsPlaceAndWhatWasMeant(String old, String now, String reason) {
        Path dashboards = ShippedFiles.copy(ShippedFiles.DASHBOARDS, folder.resolve("kibana"));
        ShippedFiles.edit(dashboards.resolve("dashboards/orders.yaml"), old, now);
        Told told = check(dashboards, ShippedFiles.CONTRACTS);
        assertThat(told.code()).isEqualTo(2);
        assertThat(told.err()).startsWith("millrace: orders.yaml").contains(reason);
    }

    @Test
    void aConditionIsReadOrItsMistakeIsTold() {
        assertThat(Kuery.parse("not (status: cancelled or total < 5) and name: \"a b\"")
                        .query())
                .hasToString("{\"bool\":{\"filter\":[{\"bool\":{\"must_not\":[{\"bool\":{\"should\":["
                        + "{\"term\":{\"status\":\"cancelled\"}},{\"range\":{\"total\":{\"lt\":\"5\"}}}]}}]}},"
                        + "{\"term\":{\"name\":\"a b\"}}]}}");
        assertThat(Kuery.parse("violations: *").query()).hasToString("{\"exists\":{\"field\":\"violations\"}}");
        for (String wrong : List.of("status", "status:", "(a: b", "a = b", "a: b c: d", "a: \"b")) {
            assertThatThrownBy(() -> Kuery.parse(wrong)).as(wrong).isInstanceOf(DashboardException.class);
        }
    }

    @Test
    void aControlThatWouldEmptyAPanelIsRefused() {
        Path dashboards = ShippedFiles.copy(ShippedFiles.DASHBOARDS, folder.resolve("kibana"));
        ShippedFiles.edit(
                dashboards.resolve("dashboards/product-analytics.yaml"), "controls: [site]", "controls: [country]");
        assertThat(check(dashboards, ShippedFiles.CONTRACTS).err())
                .contains("control country would empty the panel \"Failed requests\"");
    }

    @Test
    void theSameSourcesGiveTheSameObjects() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            texts.add(SavedObjects.ndjson(SavedObjects.of(ShippedFiles.read())));
        }
        assertThat(texts.get(0)).isEqualTo(texts.get(1));
    }
}
