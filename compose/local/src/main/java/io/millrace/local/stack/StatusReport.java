package io.millrace.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.DeclaredConnectors;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.EnvironmentConnectors;
import io.millrace.connect.configs.status.ConnectorTable;
import io.millrace.local.StackAddress;
import io.millrace.local.control.StackDefaults;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a running stack looks like now: its file, the kernel's view of its processes, and what Connect and Spark say. */
final class StatusReport {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final double MIB = 1 << 20;

    private final StackFolder folder;
    private final ProcessTable table;
    private Optional<ConnectorTable> connectors = Optional.empty();

    StatusReport(StackFolder folder, ProcessTable table) {
        this.folder = folder;
        this.table = table;
    }

    /** The stack's file with what can be measured added. */
    ObjectNode gather(JsonNode file) {
        ObjectNode report = file.deepCopy();
        StackAddress address = new StackAddress(file.path("portBase").asInt());
        Access access = Access.of(address, folder, file.path("secured").asBoolean());
        long total = residentBytes(List.of(file.path("pid").asLong()));
        report.put("supervisor_rss_bytes", total);
        for (JsonNode service : report.path("services")) {
            ObjectNode node = (ObjectNode) service;
            String name = node.path("name").asText();
            long bytes = PidFile.read(folder.pidFile(name))
                    .map(pid -> pid.processes(table, folder.root()).stream()
                            .mapToLong(ProcessTable.Entry::residentBytes)
                            .sum())
                    .orElse(0L);
            total += bytes;
            node.put("rss_bytes", bytes);
            node.put("log", folder.log(name).toString());
        }
        report.put("rss_bytes", total);
        connectors(access).ifPresent(table -> {
            report.set("connectors", table.json());
            connectors = Optional.of(table);
        });
        ArrayNode jobs = report.putArray("jobs");
        for (int port : new int[] {address.servingDriver(), address.lakeDriver()}) {
            get(access, Part.SERVING_DRIVER, access.url(port) + "/health")
                    .ifPresent(health -> jobs.addAll(jobs(health)));
        }
        get(access, Part.OTHER, StackAddress.url(address.watch()) + "/freshness")
                .ifPresent(found -> report.set("freshness", found));
        return report;
    }

    private long residentBytes(List<Long> pids) {
        return pids.stream()
                .map(table::find)
                .flatMap(Optional::stream)
                .mapToLong(ProcessTable.Entry::residentBytes)
                .sum();
    }

    /** Empty while no worker answers, as on a stack without one. */
    private Optional<ConnectorTable> connectors(Access access) {
        Environment environment = StackDefaults.environment(access, folder);
        if (get(access, Part.CONNECT, access.url(access.address().connect()) + "/connectors")
                .isEmpty()) {
            return Optional.empty();
        }
        try (Clusters clusters = environment.open()) {
            return Optional.of(ConnectorTable.read(environment, clusters, declared(environment), Clock.systemUTC()));
        } catch (ConnectRestException e) {
            return Optional.empty();
        }
    }

    /** What is declared; nothing while a file cannot be read, as plan and validate say so better. */
    private static List<DeclaredConnector> declared(Environment environment) {
        try {
            return EnvironmentConnectors.resolve(
                    DeclaredConnectors.read(Checkout.current().connectorConfigs()), environment);
        } catch (DeclarationException e) {
            return List.of();
        }
    }

    private static ArrayNode jobs(JsonNode health) {
        ArrayNode jobs = Json.MAPPER.createArrayNode();
        for (JsonNode job : health.path("jobs")) {
            ObjectNode copy = job.deepCopy();
            copy.put("group", health.path("group").asText());
            jobs.add(copy);
        }
        return jobs;
    }

    private static Optional<JsonNode> get(Access access, Part part, String url) {
        try {
            HttpRequest request = access.authorize(part, HttpRequest.newBuilder(URI.create(url)))
                    .timeout(LIMIT)
                    .build();
            HttpResponse<String> response =
                    access.http().connectTimeout(LIMIT).build().send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(Json.parse(response.body())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** The report as tables. */
    List<String> lines(JsonNode report, Instant now, int width) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "Stack %s, pid %s, ports from %s, up %s, %.0f MiB in all",
                report.path("state").asText(),
                report.path("pid").asText(),
                report.path("portBase").asText(),
                since(report.path("startedAt").asText(), now),
                report.path("rss_bytes").asLong() / MIB));
        lines.add("");
        String form = "%-15s %-10s %8s %6s %9s %9s %9s  %s";
        lines.add(String.format(form, "SERVICE", "STATE", "PID", "PORT", "MEMORY", "RESTARTS", "UPTIME", "LOG"));
        for (JsonNode service : report.path("services")) {
            lines.add(String.format(
                    Locale.ROOT,
                    form,
                    service.path("name").asText(),
                    service.path("state").asText(),
                    service.path("pid").asText("-"),
                    service.path("port").asText(),
                    String.format(
                            Locale.ROOT, "%.0f MiB", service.path("rss_bytes").asLong() / MIB),
                    service.path("restarts").asText(),
                    "up".equals(service.path("state").asText())
                            ? since(service.path("since").asText(), now)
                            : "-",
                    Path.of("")
                            .toAbsolutePath()
                            .relativize(Path.of(service.path("log").asText()))));
        }
        connectors.ifPresent(table -> {
            lines.add("");
            lines.addAll(table.render(width));
        });
        if (!report.path("jobs").isEmpty()) {
            lines.add("");
            lines.add(String.format("%-25s %-10s %8s  %s", "SPARK JOB", "STATE", "BATCH", "LAST ERROR"));
            report.path("jobs")
                    .forEach(job -> lines.add(String.format(
                            "%-25s %-10s %8s  %s",
                            job.path("job").asText(),
                            job.path("state").asText(),
                            job.path("batch").asText("-"),
                            job.path("last_error").asText(""))));
        }
        if (report.has("freshness")) {
            lines.add("");
            lines.addAll(FreshnessLines.of(report.path("freshness")));
            lines.add("");
            lines.add(FreshnessLines.metrics(
                    new StackAddress(report.path("portBase").asInt())));
        }
        return lines;
    }

    private static String since(String instant, Instant now) {
        Duration time = Duration.between(Instant.parse(instant), now);
        return time.toHours() > 0
                ? time.toHours() + "h" + time.toMinutesPart() + "m"
                : time.toMinutes() > 0 ? time.toMinutes() + "m" + time.toSecondsPart() + "s" : time.toSeconds() + "s";
    }
}
