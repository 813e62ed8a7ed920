package io.millrace.spark.declared;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.StateStore;
import java.time.Duration;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class StateForecastTest {
    private static final StructType ROW =
            new StructType().add("service", DataTypes.StringType).add("requests", DataTypes.LongType);
    private static final Optional<Duration> MINUTE = Optional.of(Duration.ofMinutes(1));

    @Test
    void windowsAreOpenUntilTheWatermarkHasPassedTheirEnd() {
        StateForecast forecast = StateForecast.of(spec(Duration.ofHours(1), 500L, null), true, MINUTE, ROW, false);
        assertThat(forecast.rows()).contains(500L * 61);
        assertThat(forecast.store(budget(500L, null, null))).isEqualTo(StateStore.MEMORY);
    }

    @Test
    void identitiesAreRememberedAsLongAsTheWatermark() {
        StateForecast forecast = StateForecast.of(spec(Duration.ofHours(1), 500L, 2_000L), true, MINUTE, ROW, true);
        assertThat(forecast.identityRows()).contains(7_200_000L);
        assertThat(forecast.rows()).contains(7_200_000L + 500 * 61);
        assertThat(forecast.store(budget(500L, 2_000L, null)))
                .as("more than a heap should hold")
                .isEqualTo(StateStore.ROCKSDB);
    }

    @Test
    void whatIsNotSaidIsNotMadeUp() {
        StateForecast forecast = StateForecast.of(spec(Duration.ofHours(1), null, 5L), true, MINUTE, ROW, true);
        assertThat(forecast.rows()).isEmpty();
        assertThat(forecast.text()).contains("No forecast: state.groups");
        assertThat(forecast.problem(budget(null, null, 1L))).isEmpty();
    }

    @Test
    void aForecastAboveTheBudgetIsAProblem() {
        StateForecast forecast = StateForecast.of(spec(Duration.ofHours(1), 500L, null), true, MINUTE, ROW, false);
        assertThat(forecast.problem(budget(500L, null, 30_499L)))
                .contains(
                        "state.max_rows is 30,499, and the forecast is 30,500 rows; raise it, or shorten the watermark");
        assertThat(forecast.problem(budget(500L, null, 30_500L))).isEmpty();
    }

    private static JobSpec spec(Duration watermark, Long groups, Long rate) {
        return new JobSpec(
                "load",
                "d",
                "o",
                "ops.requests",
                Optional.empty(),
                watermark,
                "serving.load",
                Optional.empty(),
                budget(groups, rate, null),
                QualityGate.DEFAULT,
                "SELECT 1");
    }

    private static StateBudget budget(Long groups, Long rate, Long most) {
        return new StateBudget(
                Optional.ofNullable(most), Optional.ofNullable(groups), Optional.ofNullable(rate), Optional.empty());
    }
}
