package io.millrace.spark.lake;

import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import java.util.List;

/** The jobs of the group lake. */
public final class LakeJobs {
    /** A new topic is mirrored this soon after it appeared, in milliseconds. */
    private static final int LOOK_FOR_TOPICS_EVERY_MS = 5_000;

    private LakeJobs() {}

    /** {@code web.events} as they came in, with their Kafka coordinates; what cannot be read is in the quarantine. */
    public static Job raw() {
        return events("lake_raw", EventTable.RAW);
    }

    /** Enriched events, each once. */
    public static Job enriched() {
        return events("lake_enriched", EventTable.ENRICHED);
    }

    /** Events that were set aside, with the reason. */
    public static Job quarantine() {
        return events("lake_quarantine", EventTable.QUARANTINED);
    }

    /** The newest state of each session. */
    public static Job sessions() {
        return new LakeJob("lake_sessions", context -> context.readTopic(SessionWriter.TOPIC), context -> {
                    SessionWriter writer = new SessionWriter(
                            contract(context, SessionWriter.TOPIC), table(context, SessionWriter.TABLE));
                    return writer::upsert;
                })
                .following(catalogue -> List.of(catalogue.require(SessionWriter.TOPIC)));
    }

    /** Every event kind that has no job of its own, each in a table of its own, and what was set aside of them. */
    public static Job kinds() {
        String name = "lake_events";
        return new LakeJob(
                        name,
                        context -> context.readAnyOf(name, KindsWriter.topics(context.catalogue())),
                        context -> new KindsWriter(context, context.registry()::schema)::append)
                .following(catalogue -> KindsWriter.topics(catalogue).stream()
                        .map(catalogue::require)
                        .toList())
                .onlyIf(catalogue -> !EventTable.ofKinds(catalogue).isEmpty());
    }

    /**
     * Every captured database table, found by the topics' names ({@code mirror.topics}). A database may be taken out together
     * with its topics, which must not stop the mirrors of the others.
     */
    public static Job mirror() {
        String name = "lake_mirror";
        return new LakeJob(
                name,
                context -> context.reader(name)
                        .option("subscribePattern", context.config().require("mirror.topics"))
                        .option("kafka.metadata.max.age.ms", LOOK_FOR_TOPICS_EVERY_MS)
                        .option("failOnDataLoss", "false")
                        // They say that a delete is one half of a changed key.
                        .option("includeHeaders", "true")
                        .load(),
                context -> {
                    MirrorWriter writer = new MirrorWriter(
                            context.spark(), context.config().require("lake.path"), context.registry()::schema);
                    return writer::apply;
                });
    }

    private static Job events(String name, EventTable events) {
        return new LakeJob(name, context -> context.readTopic(events.topic()), context -> {
                    EventWriter writer =
                            new EventWriter(events, contract(context, events.topic()), table(context, events.table()));
                    return writer::append;
                })
                .following(catalogue -> List.of(catalogue.require(events.topic())));
    }

    private static LakeTable table(JobContext context, String name) {
        return new LakeTable(context.spark(), context.config().table(name));
    }

    private static ContractRows contract(JobContext context, String topic) {
        return new ContractRows(context.catalogue().require(topic).requireValue(), context.registry()::schema);
    }
}
