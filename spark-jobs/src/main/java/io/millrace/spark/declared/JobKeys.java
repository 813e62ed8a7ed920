package io.millrace.spark.declared;

import io.millrace.schemas.YamlSection;
import java.util.ArrayList;
import java.util.List;

/** Every key of job.yaml: what is accepted, and what the reference page says about it. */
final class JobKeys {
    /**
     * One key.
     *
     * @param section that it is in; empty for the file's own
     * @param fallback what holds when it is absent, for people
     */
    private record Key(String section, String name, String type, String fallback, String description) {
        String full() {
            return section.isEmpty() ? name : section + "." + name;
        }
    }

    private static final List<Key> KEYS = List.of(
            new Key("", "description", "text", "required", "What the job computes, in a sentence."),
            new Key("", "owner", "text", "required", "The team that answers for it."),
            new Key(
                    "",
                    "trigger",
                    "duration",
                    "the driver's `trigger.serving`",
                    "Shortest time between two batches of a stream."),
            new Key("", "source", "section", "required", "What the view `events` is made of."),
            new Key("source", "topic", "topic", "required", "A topic with a contract."),
            new Key(
                    "source",
                    "time",
                    "column",
                    "the contract's `event.time`, else `kafka_timestamp`",
                    "The column of the event time."),
            new Key(
                    "source",
                    "watermark",
                    "duration",
                    "required",
                    "How far an event may come behind the newest one. A later one is dropped and counted as late; a bounded"
                            + " run has all events, so none is late. Duplicates are told within it."),
            new Key("", "sink", "section", "required", "Where the rows go."),
            new Key(
                    "sink",
                    "topic",
                    "topic",
                    "required",
                    "A serving topic. Its contract says which columns the query gives, and the key."),
            new Key("", "state", "section", "no budget", "What the state is meant to need."),
            new Key(
                    "state",
                    "max_rows",
                    "number",
                    "no budget",
                    "Rows at most; from 80 % on it is reported (`state_alert`, `millrace_job_state_alert`)."),
            new Key(
                    "state",
                    "groups",
                    "number",
                    "no forecast",
                    "Groups that one window is expected to have. A forecast above `max_rows` is refused."),
            new Key(
                    "state",
                    "events_per_second",
                    "number",
                    "no forecast",
                    "Events that are expected, where duplicates have to be remembered."),
            new Key(
                    "state",
                    "store",
                    "`memory` or `rocksdb`",
                    "`rocksdb` when the forecast is above 256 MiB",
                    "Where state is kept between batches. A job that has a checkpoint stays with the one it began with."),
            new Key(
                    "",
                    "quality",
                    "section",
                    "`fail`",
                    "What happens when events are not as the `quality` of the source's contract expects. They count anyway."),
            new Key(
                    "quality",
                    "on_violation",
                    "`fail` or `report`",
                    "`fail`",
                    "`fail`: a run that ends has exit code 4, a replay does not switch. A stream only measures"
                            + " (`millrace_job_quality_events_total`)."),
            new Key(
                    "quality",
                    "max_refused_rate",
                    "0 to 1",
                    "any",
                    "Largest share of records that may be no event of the contract."));

    private JobKeys() {}

    /** Refuses every key that a section does not have. */
    static YamlSection checked(YamlSection yaml, String section) {
        return yaml.only(KEYS.stream()
                .filter(key -> key.section().equals(section))
                .map(Key::name)
                .toArray(String[]::new));
    }

    /** All keys as a table. */
    static String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("| key | value | when absent | |");
        lines.add("|---|---|---|---|");
        KEYS.forEach(key -> lines.add(
                "| `" + key.full() + "` | " + key.type() + " | " + key.fallback() + " | " + key.description() + " |"));
        return String.join("\n", lines) + "\n";
    }
}
