package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Group;
import io.millrace.spark.JobContext;
import io.millrace.spark.run.BoundedJob;
import io.millrace.spark.run.RunCounts;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shop's orders as upserts and tombstones. Each task reads whole partitions and writes in their order, so the newest
 * change of an order is always the last.
 */
public final class Orders implements BoundedJob {
    private static final Logger log = LoggerFactory.getLogger(Orders.class);
    private static final String TOPIC = "serving.orders";

    @Override
    public String name() {
        return "orders";
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return List.of(catalogue.require(TOPIC));
    }

    @Override
    public List<String> sinks(Catalogue catalogue) {
        return List.of(TOPIC);
    }

    @Override
    public List<String> sources(Catalogue catalogue) {
        return List.of(Topics.ORDERS);
    }

    @Override
    public String definition(DriverConfig config) {
        return name();
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        return upserts(context)
                .observe(RunCounts.OUT, count(lit(1)).as(RunCounts.ROWS))
                .writeStream()
                .queryName(name())
                .option("checkpointLocation", context.checkpoint(name()))
                .trigger(context.trigger(Group.SERVING))
                .format("kafka")
                .options(context.config().kafkaOptions())
                .start();
    }

    @Override
    public Dataset<Row> upserts(JobContext context) {
        Codecs codecs = Codecs.forJob(context, List.of(), List.of(TOPIC));
        return context.readTopic(Topics.ORDERS)
                .select(
                        col("key"),
                        col("value"),
                        col("partition"),
                        col("offset"),
                        context.scope().now().as("arrival"))
                .mapPartitions(
                        (MapPartitionsFunction<Row, Row>) rows -> upserts(rows, codecs),
                        Encoders.row(AggregateJob.UPSERT))
                .select(lit(TOPIC).as("topic"), col("key"), col("value"));
    }

    private static Iterator<Row> upserts(Iterator<Row> rows, Codecs codecs) {
        OrderChanges changes = new OrderChanges(codecs.decoder(), codecs.encoder(TOPIC));
        List<Row> upserts = new ArrayList<>();
        while (rows.hasNext()) {
            Row row = rows.next();
            try {
                changes.upsert(row.getAs(0), row.getAs(1), row.getTimestamp(4).getTime())
                        .ifPresent(upsert -> upserts.add(RowFactory.create(upsert.key(), upsert.value())));
            } catch (Unusable e) {
                // It stays in its topic; the orders after it go on.
                log.warn("orders skipped {}-{}@{}: {}", Topics.ORDERS, row.getInt(2), row.getLong(3), e.getMessage());
            }
        }
        return upserts.iterator();
    }
}
