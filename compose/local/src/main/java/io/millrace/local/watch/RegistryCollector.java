package io.millrace.local.watch;

import java.io.IOException;

/** Whether the schema registry answers, and how much it holds. */
final class RegistryCollector implements Collector {
    private final HttpJson registry;

    RegistryCollector(HttpJson registry) {
        this.registry = registry;
    }

    @Override
    public String name() {
        return "registry";
    }

    @Override
    public void collect(PrometheusText text) throws IOException, InterruptedException {
        text.gauge(
                "millrace_registry_subjects",
                "Subjects of the schema registry.",
                registry.get("/apis/ccompat/v7/subjects").size());
    }
}
