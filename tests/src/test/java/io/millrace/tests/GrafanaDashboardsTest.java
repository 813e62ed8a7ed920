package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dashboards are what their sources make of them; {@code -Dmillrace.grafana.write=true} writes them again. */
class GrafanaDashboardsTest {
    @Test
    void everyDashboardIsMadeOfItsSource() throws IOException {
        List<GrafanaDashboard> dashboards = GrafanaDashboard.all();
        for (GrafanaDashboard dashboard : dashboards) {
            if (Boolean.getBoolean("millrace.grafana.write")) {
                Files.writeString(dashboard.file(), dashboard.json());
            }
            assertThat(dashboard.file()).exists();
            assertThat(Files.readString(dashboard.file())).isEqualTo(dashboard.json());
        }
        assertThat(Promtool.files(GrafanaDashboard.GRAFANA.resolve("dashboards"), ".json"))
                .containsExactlyInAnyOrderElementsOf(
                        dashboards.stream().map(GrafanaDashboard::file).toList());
    }

    @Test
    void thereIsADashboardOfEveryPart() throws IOException {
        assertThat(GrafanaDashboard.all())
                .extracting(GrafanaDashboard::name)
                .containsExactlyInAnyOrder("connect", "debezium", "freshness", "hudi", "kafka", "sinks", "spark");
    }
}
