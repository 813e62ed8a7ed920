package io.millrace.local.bench;

import io.millrace.local.stack.Versions;
import java.util.ArrayList;
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
            "io.millrace.connect.elasticsearch.ElasticsearchSinkBench"),
    SPARK("spark", "spark-jobs", "io.millrace.spark.bench.SparkJobsBench", true),
    GROWTH("growth", "spark-jobs", "io.millrace.spark.bench.GrowthBench", true),
    FRESHNESS("freshness", "compose/local", "io.millrace.local.bench.FreshnessBench");

    private final String title;
    private final String module;
    private final String mainClass;
    private final boolean spark;

    Bench(String title, String module, String mainClass) {
        this(title, module, mainClass, false);
    }

    Bench(String title, String module, String mainClass, boolean spark) {
        this.title = title;
        this.module = module;
        this.mainClass = mainClass;
        this.spark = spark;
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

    /** Options of the JVM that it runs in. */
    List<String> javaOptions() {
        List<String> options = new ArrayList<>(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        if (spark) {
            // Driver and executor in one, with the memory that two cores usually come with.
            options.add("-Xmx4g");
            options.addAll(new Versions().sparkJavaOptions());
        } else {
            options.add("-Xmx2g");
        }
        return options;
    }
}
