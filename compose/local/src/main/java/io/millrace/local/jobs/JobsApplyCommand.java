package io.millrace.local.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.apply.ContractPublisher;
import io.millrace.local.client.RunningStack;
import io.millrace.local.client.StackOption;
import io.millrace.local.client.Table;
import io.millrace.local.security.Part;
import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.StackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace jobs apply}. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Checks the declared jobs and hands them to the running stack, which follows them without a restart.",
            "Ends with 1 when a job cannot run; what ran before goes on."
        })
final class JobsApplyCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private StackOption stack;

    @Override
    public Integer call() throws IOException, InterruptedException {
        RunningStack running = stack.require();
        if (running.isContainers()) {
            throw new StackException("the jobs of a stack in containers are in its spark image: build that anew"
                    + " (compose/images/build spark) and start the drivers again");
        }
        int code = JobsTool.run("check");
        if (code != 0) {
            System.out.println("Nothing was changed.");
            return code;
        }
        Path declared = Checkout.current().jobs();
        ContractPublisher.publishAll(declared, running.folder().jobs());
        List<JsonNode> jobs = awaitFollowed(running, System.currentTimeMillis(), names(declared));
        Table table = new Table(List.of("job", "state", "note"));
        for (JsonNode job : jobs) {
            table.row(List.of(job.path("job").asText(), job.path("state").asText(), note(job)));
        }
        System.out.println(table.text());
        return jobs.stream().allMatch(job -> note(job).isEmpty()) ? 0 : 1;
    }

    /** The jobs of these names, once the driver has followed what was declared at this time and each has run. */
    private static List<JsonNode> awaitFollowed(RunningStack stack, long published, List<String> names)
            throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode health = health(stack);
            if (health.path("jobs_looked_at").asLong() >= published) {
                List<JsonNode> jobs = named(health, names);
                if (jobs.size() == names.size()
                        && jobs.stream()
                                .noneMatch(job -> job.path("state").asText().equals("starting"))) {
                    return jobs;
                }
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
        throw new StackException("the jobs are handed over, but the serving driver has not taken them within "
                + LIMIT.toSeconds() + " s; see ./millrace status and its log "
                + stack.folder().log("spark-serving"));
    }

    private static JsonNode health(RunningStack stack) throws InterruptedException {
        URI uri = URI.create(stack.access().url(stack.address().servingDriver()) + "/health");
        try {
            HttpRequest request = stack.access()
                    .authorize(Part.SERVING_DRIVER, HttpRequest.newBuilder(uri))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return JSON.readTree(stack.access()
                    .http()
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofByteArray())
                    .body());
        } catch (IOException notThereYet) {
            return JSON.createObjectNode();
        }
    }

    private static List<JsonNode> named(JsonNode health, List<String> names) {
        return Stream.of(JSON.convertValue(health.path("jobs"), JsonNode[].class))
                .filter(job -> names.contains(job.path("job").asText()))
                .toList();
    }

    private static String note(JsonNode job) {
        return job.path("last_error").asText(job.path("contract_problem").asText(""));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> jobs = Files.list(folder)) {
            return jobs.filter(Files::isDirectory)
                    .map(job -> job.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }
}
