package io.millrace.spark.lake;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.JobContext;
import io.millrace.spark.ReadOnlyQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Appends the events of every kind, each to the table of its kind, and what was set aside of them to one of its own. */
final class KindsWriter {
    private static final Logger log = LoggerFactory.getLogger(KindsWriter.class);

    private final Map<String, EventWriter> byTopic = new TreeMap<>();
    private final InParallel parallel = new InParallel("events");

    /** @param registry schemas by id; empty when there is none */
    KindsWriter(JobContext context, IntFunction<Optional<Schema>> registry) {
        Set<String> tables =
                tables(context.catalogue()).stream().map(EventTable::topic).collect(Collectors.toSet());
        for (Contract kind : context.catalogue().keptKinds()) {
            if (!tables.contains(kind.name()) && !kind.name().equals(EventTable.RAW.topic())) {
                log.error(
                        "events of {} are not kept: another table is named {} already",
                        kind.name(),
                        EventTable.tableName(kind.name()));
            }
        }
        for (EventTable events : tables(context.catalogue())) {
            try {
                ContractRows rows = new ContractRows(
                        context.catalogue().require(events.topic()).requireValue(), registry);
                LakeTable table =
                        new LakeTable(context.spark(), context.config().table(events.table()));
                byTopic.put(events.topic(), new EventWriter(events, rows, table));
            } catch (RuntimeException e) {
                log.error("events of {} are not kept: {}", events.topic(), e.getMessage());
            }
        }
    }

    /** The topics that are kept like this. */
    static List<String> topics(Catalogue catalogue) {
        return tables(catalogue).stream().map(EventTable::topic).toList();
    }

    private static List<EventTable> tables(Catalogue catalogue) {
        List<EventTable> tables = new ArrayList<>(EventTable.ofKinds(catalogue));
        tables.add(EventTable.KINDS_QUARANTINED);
        return tables;
    }

    /**
     * Appends what the tables do not have yet.
     *
     * @param batch rows of Spark's Kafka source
     * @param name says which batch it is, for the commits' notes
     */
    void append(Dataset<Row> batch, String name) {
        try (KafkaBatch kafka = KafkaBatch.of(batch, false)) {
            List<Runnable> writes = new ArrayList<>();
            kafka.topics().forEach((topic, facts) -> {
                EventWriter writer = byTopic.get(topic);
                if (writer != null) {
                    writes.add(() -> append(writer, kafka, topic, facts, name));
                }
            });
            parallel.run(kafka.records().sparkSession(), writes);
        }
    }

    private static void append(
            EventWriter writer, KafkaBatch kafka, String topic, KafkaBatch.TopicFacts facts, String name) {
        try {
            writer.append(kafka.records(), facts, name);
        } catch (Exception e) {
            if (!isSchemaProblem(e)) {
                throw e;
            }
            // It would be the same the next time, and hold up every other kind.
            log.error(
                    "events of {} up to {} are not kept, as the table's columns cannot become the contract's: {}. Mend the"
                            + " contract, then remove the checkpoint of lake_events: what is stored is not stored twice",
                    topic,
                    facts.newest().toJson(),
                    ReadOnlyQuery.firstLine(e));
        }
    }

    /** Spark, Hudi, Parquet and Avro have exceptions of their own for it, which share nothing but this in their names. */
    private static boolean isSchemaProblem(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof AnalysisException
                    || each.getClass().getSimpleName().contains("Schema")) {
                return true;
            }
        }
        return false;
    }
}
