package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.unix_millis;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Group;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import io.millrace.spark.KafkaTransactionalWriter;
import io.millrace.spark.StateStore;
import io.millrace.spark.run.RunCounts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Raw web events to enriched ones: decoded, checked, counted once per event_id, enriched, and written exactly once.
 *
 * <p>Ids are remembered for state.ttl after an event's <em>arrival</em>, so no event is ever late, however old its event_time.
 */
public final class Enrich implements Job {
    /** Part of what makes writing exact: a batch must be spread over as many writers when it is executed again. */
    private static final int WRITERS = 2;

    private Dimension<Customer> customers;
    private Dimension<Product> products;

    /** What passes from judging to writing; columns are read by position. */
    static final StructType JUDGED = new StructType()
            .add("id", DataTypes.BinaryType, false)
            .add("record_key", DataTypes.BinaryType, false)
            .add("partition", DataTypes.IntegerType, false)
            .add("offset", DataTypes.LongType, false)
            .add("arrival", DataTypes.LongType, false)
            .add("value", DataTypes.BinaryType, true)
            .add("quarantined", DataTypes.BinaryType, true)
            .add("bucket", DataTypes.IntegerType, false);

    static final int PARTITION = 2;
    static final int OFFSET = 3;
    /** Epoch milliseconds. */
    static final int ARRIVAL = 4;
    /** Null in what is set aside. */
    static final int VALUE = 5;
    /** Null in what is good. */
    static final int QUARANTINED = 6;

    @Override
    public String name() {
        return "enrich";
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return Stream.of(Topics.WEB_EVENTS, Topics.WEB_ENRICHED, Topics.QUARANTINE)
                .map(catalogue::require)
                .toList();
    }

    /** It remembers every id for {@code state.ttl}. */
    @Override
    public StateStore bestStore() {
        return StateStore.ROCKSDB;
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        Codecs codecs =
                Codecs.forJob(context, List.of(Topics.WEB_EVENTS), List.of(Topics.WEB_ENRICHED, Topics.QUARANTINE));
        String geo = context.config().require("geo.country.mmdb");
        DriverConfig config = context.config();
        Duration horizon = context.config().duration("state.ttl");
        TimeRules rules =
                TimeRules.of(context.catalogue().require(Topics.WEB_EVENTS).lateData());
        if (customers == null) {
            // Kept when the query is started again: they have read a topic to its end and hold a connection.
            customers = Dimension.customers(context.spark(), config, codecs);
            products = Dimension.products(context.spark(), config, codecs);
        }

        Dataset<Row> judged = context.readTopic(Topics.WEB_EVENTS)
                .select(
                        col("key"),
                        col("value"),
                        col("partition"),
                        col("offset"),
                        // The batch's own time: kept in the checkpoint, so an executed-again batch sees the same.
                        unix_millis(context.scope().now()))
                .mapPartitions(new Judge(codecs, rules), Encoders.row(JUDGED))
                .observe(JobContext.OBSERVED, count(col("quarantined")).as(JobContext.QUARANTINED));
        Dataset<Row> once = FirstOfEachId.of(judged, horizon)
                .observe(RunCounts.ONCE, count(col("value")).as(RunCounts.ROWS));

        return once.writeStream()
                .queryName(name())
                .option("checkpointLocation", context.checkpoint(name()))
                .trigger(context.trigger(Group.SERVING))
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> {
                    context.guard().check();
                    write(batch, id, config, codecs, geo);
                })
                .start();
    }

    private void write(Dataset<Row> batch, long id, DriverConfig config, Codecs codecs, String geo) {
        KafkaTransactionalWriter writer =
                KafkaTransactionalWriter.ofBatch(name(), batch, id, config, Topics.WEB_ENRICHED);
        // By the record's own key and in the source's order, so what Kafka kept in order stays in order.
        batch.repartition(WRITERS, col("record_key"))
                .sortWithinPartitions("partition", "offset")
                .foreachPartition(new EnrichAndWrite(codecs, geo, customers.refresh(), products.refresh(), writer));
    }
}
