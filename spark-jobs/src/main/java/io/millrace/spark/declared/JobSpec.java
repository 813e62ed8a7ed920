package io.millrace.spark.declared;

import io.millrace.schemas.YamlSection;
import io.millrace.spark.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One declared job, as its folder holds it: {@code job.yaml} and {@code query.sql}. Immutable.
 *
 * @param name of the folder, the query and the checkpoint
 * @param description what it computes, in a sentence
 * @param owner the team that answers for it
 * @param source the topic whose records are the view {@code events}; it has a contract
 * @param time the column of the event time; empty: that of the contract's event section, else {@code kafka_timestamp}
 * @param watermark how far an event may come behind the newest one and still count
 * @param sink the serving topic, whose contract says what the query has to give
 * @param trigger shortest time between two batches; empty: that of the driver
 * @param state what its state is meant to need
 * @param quality what happens when the source is not as its contract expects
 * @param query one SELECT over {@code events}
 */
public record JobSpec(
        String name,
        String description,
        String owner,
        String source,
        Optional<String> time,
        Duration watermark,
        String sink,
        Optional<Duration> trigger,
        StateBudget state,
        QualityGate quality,
        String query) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,99}");
    private static final Duration LEAST_WATERMARK = Duration.ofSeconds(1);

    /**
     * Reads a job's folder.
     *
     * @throws io.millrace.schemas.ContractException when job.yaml is wrong, with file, line and key
     * @throws ConfigException when query.sql cannot be read or the folder's name will not do
     */
    public static JobSpec read(Path folder) {
        String name = folder.getFileName().toString();
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException(folder + ": a job's name is small letters, digits and _, not " + name);
        }
        YamlSection root = JobKeys.checked(YamlSection.read(folder.resolve("job.yaml")), "");
        YamlSection source = section(root, "source");
        YamlSection sink = section(root, "sink");
        Duration watermark =
                source.duration("watermark").orElseThrow(() -> source.wrong("watermark", "is missing, such as 10m"));
        if (watermark.compareTo(LEAST_WATERMARK) < 0) {
            throw source.wrong("watermark", "must be at least 1s");
        }
        return new JobSpec(
                name,
                root.text("description"),
                root.text("owner"),
                source.text("topic"),
                source.optionalText("time"),
                watermark,
                sink.text("topic"),
                root.duration("trigger"),
                root.section("state").map(StateBudget::read).orElse(StateBudget.NONE),
                root.section("quality").map(QualityGate::read).orElse(QualityGate.DEFAULT),
                query(folder.resolve("query.sql")));
    }

    private static YamlSection section(YamlSection root, String key) {
        return JobKeys.checked(root.section(key).orElseThrow(() -> root.wrong(key, "is missing")), key);
    }

    private static String query(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + e, e);
        }
    }

    /**
     * Tells definitions apart that cannot share a checkpoint: state of one query means nothing to another. Descriptions,
     * owners and budgets make no difference.
     */
    String generation() {
        String definition = String.join("\n", source, time.orElse(""), watermark.toString(), sink, query);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(definition.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
