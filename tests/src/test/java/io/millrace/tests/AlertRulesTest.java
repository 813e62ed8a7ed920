package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every alert is tested, firing and quiet, and leads to a page that says what to do. */
class AlertRulesTest {
    private static final Path RUNBOOKS = LocalStack.repositoryRoot().resolve("compose/runbooks");

    @Test
    void everyAlertHasATestInWhichItFiresAndOneInWhichItIsQuiet() throws Exception {
        Set<String> alerts =
                AlertRules.all().stream().map(AlertRules.Alert::name).collect(Collectors.toSet());
        assertThat(Set.copyOf(AlertRules.tested(true))).isEqualTo(alerts);
        assertThat(Set.copyOf(AlertRules.tested(false))).isEqualTo(alerts);
    }

    @Test
    void everyAlertLeadsToItsPageAndEveryPageOfAnAlertHasItsAlert() throws Exception {
        List<AlertRules.Alert> alerts = AlertRules.all();
        for (AlertRules.Alert alert : alerts) {
            assertThat(alert.runbook()).isEqualTo("compose/runbooks/" + alert.name() + ".md");
            Path page = LocalStack.repositoryRoot().resolve(alert.runbook());
            assertThat(page).exists();
            assertThat(Files.readString(page)).startsWith("# " + alert.name()).contains("**Look**", "**Mend**");
            assertThat(alert.severity()).isIn("page", "warning");
            assertThat(alert.summary()).isNotBlank();
        }
        Set<String> names = alerts.stream().map(AlertRules.Alert::name).collect(Collectors.toSet());
        assertThat(Promtool.files(RUNBOOKS, ".md").stream()
                        .map(file -> file.getFileName().toString().replace(".md", ""))
                        .filter(name -> !name.equals("README") && Character.isUpperCase(name.charAt(0))))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void prometheusAcceptsTheConfigurationAndTheRules() throws Exception {
        Promtool.Result config = Promtool.run(
                "check",
                "config",
                AlertRules.PROMETHEUS.resolve("prometheus.yml").toString(),
                AlertRules.PROMETHEUS.resolve("compose.yml").toString());
        assertThat(config.exitCode()).as(config.output()).isZero();
    }

    @Test
    void everyTestOfTheRulesPasses() throws Exception {
        List<String> command = new ArrayList<>(List.of("test", "rules"));
        Promtool.files(AlertRules.RULES.resolve("tests"), ".yaml").forEach(file -> command.add(file.toString()));
        Promtool.Result tests = Promtool.run(command.toArray(String[]::new));
        assertThat(tests.exitCode()).as(tests.output()).isZero();
    }
}
