package io.millrace.local.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The benchmarks. Each is a main class among the tests of the part that it measures. */
enum Bench {
    HTTP_SOURCE("http-source", "connectors/http-source", "io.millrace.connect.http.HttpSourceBench"),
    REDIS_SINK("redis-sink", "connectors/redis-sink", "io.millrace.connect.redis.RedisSinkBench"),
    ELASTICSEARCH_SINK(
            "elasticsearch-sink",
            "connectors/elasticsearch-sink",
            "io.millrace.connect.elasticsearch.ElasticsearchSinkBench");

    private final String title;
    private final String module;
    private final String mainClass;

    Bench(String title, String module, String mainClass) {
        this.title = title;
        this.module = module;
        this.mainClass = mainClass;
    }

    static Optional<Bench> named(String title) {
        return Arrays.stream(values())
                .filter(bench -> bench.title.equals(title))
                .findFirst();
    }

    static List<String> titles() {
        return Arrays.stream(values()).map(bench -> bench.title).toList();
    }

    /** Folder of the module, relative to the checkout. */
    String module() {
        return module;
    }

    String mainClass() {
        return mainClass;
    }
}
