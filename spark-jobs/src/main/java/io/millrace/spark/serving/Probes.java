package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.Group;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes probes on: what came in over HTTP and MQTT, and what stands in the log of the shop's database, becomes a row of
 * serving.probes. No state, so that it costs no more than a batch, and it shows how long this process takes for anything.
 */
public final class Probes implements Job {
    private static final Logger log = LoggerFactory.getLogger(Probes.class);
    private static final String EVENTS = "probe.events";
    private static final String MESSAGES = "cdc.shop.message";
    private static final String SERVED = "serving.probes";

    @Override
    public String name() {
        return "probes";
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        // Without one of them the job is not needed; see below.
        return Stream.of(EVENTS, SERVED)
                .flatMap(topic -> catalogue.find(topic).stream())
                .toList();
    }

    @Override
    public boolean isNeeded(Catalogue catalogue) {
        return catalogue.find(EVENTS).isPresent() && catalogue.find(SERVED).isPresent();
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        Codecs codecs = Codecs.forJob(context, List.of(EVENTS), List.of(SERVED));
        return context.readAnyOf(name(), List.of(EVENTS, MESSAGES))
                .select(
                        col("value"),
                        col("topic"),
                        col("partition"),
                        col("offset"),
                        context.scope().now().as("arrival"))
                .mapPartitions(
                        (MapPartitionsFunction<Row, Row>) rows -> rows(rows, codecs), Encoders.row(AggregateJob.UPSERT))
                .writeStream()
                .queryName(name())
                .option("checkpointLocation", context.checkpoint(name()))
                .trigger(context.trigger(Group.SERVING))
                .format("kafka")
                .options(context.config().kafkaOptions())
                .option("topic", SERVED)
                .start();
    }

    private static Iterator<Row> rows(Iterator<Row> records, Codecs codecs) {
        ProbeRows probes = new ProbeRows(codecs.decoder(EVENTS), codecs.decoder(), codecs.encoder(SERVED));
        List<Row> rows = new ArrayList<>();
        while (records.hasNext()) {
            Row row = records.next();
            long now = row.getTimestamp(4).getTime();
            try {
                (row.getString(1).equals(EVENTS)
                                ? probes.event(row.<byte[]>getAs(0), now)
                                : probes.message(row.<byte[]>getAs(0), now))
                        .ifPresent(upsert -> rows.add(RowFactory.create(upsert.key(), upsert.value())));
            } catch (Unusable e) {
                // Whoever sent a probe sees that it is missing.
                log.warn(
                        "probes skipped {}-{}@{}: {}", row.getString(1), row.getInt(2), row.getLong(3), e.getMessage());
            }
        }
        return rows.iterator();
    }
}
