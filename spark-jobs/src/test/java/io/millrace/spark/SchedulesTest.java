package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.declared.JobsFolder;
import io.millrace.spark.run.BoundedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What {@code compose/airflow/schedules.yaml} says of jobs in Java is what they are. */
class SchedulesTest {
    private static final Map<String, Object> SCHEDULES = read();

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Object>> builtIn() {
        return (Map<String, Map<String, Object>>) SCHEDULES.get("built_in");
    }

    @Test
    void everyBuiltInJobThatCanRunOverARangeIsThereAndNoOther() {
        assertThat(builtIn().keySet())
                .containsExactlyInAnyOrderElementsOf(Jobs.of(Group.SERVING).stream()
                        .filter(BoundedJob.class::isInstance)
                        .map(Job::name)
                        .toList());
    }

    @Test
    void theTopicsAreThoseThatTheJobsReadAndWrite() {
        Catalogue catalogue = Catalogue.bundled();
        builtIn().forEach((name, told) -> {
            BoundedJob job =
                    (BoundedJob) Jobs.named(List.of(name), JobsFolder.EMPTY).get(0);
            assertThat(job.sinks(catalogue)).as(name).isEqualTo(topics(told.get("writes"), catalogue));
            assertThat(job.sources(catalogue))
                    .as(name)
                    .containsExactlyInAnyOrderElementsOf(topics(told.get("reads"), catalogue));
        });
    }

    /** One topic, a list of them, or words for the kinds of events that there happen to be. */
    private static List<String> topics(Object told, Catalogue catalogue) {
        if (told instanceof List<?> several) {
            return several.stream().map(Object::toString).toList();
        }
        return switch (told.toString()) {
            case "every event kind" -> kinds(catalogue).toList();
            case "every event kind but web.events" ->
                kinds(catalogue).filter(kind -> !kind.equals("web.events")).toList();
            default -> List.of(told.toString());
        };
    }

    private static Stream<String> kinds(Catalogue catalogue) {
        return catalogue.keptKinds().stream().map(Contract::name);
    }

    @Test
    void theJobsOfTheLakeAreInTheOrderInWhichTheDriverStartsThem() {
        assertThat(SCHEDULES.get("lake"))
                .isEqualTo(Jobs.of(Group.LAKE).stream().map(Job::name).collect(Collectors.toList()));
    }

    private static Map<String, Object> read() {
        try {
            return new Yaml().load(Files.readString(Path.of("..", "compose", "airflow", "schedules.yaml")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
