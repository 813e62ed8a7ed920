package io.millrace.spark.serving;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.when;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import io.millrace.spark.StateStore;
import io.millrace.spark.run.BoundedJob;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders per minute and revenue by category and hour, as the tables orders, order_items and products are now: an update or
 * a delete of any row corrects every number that it was part of, whatever order the tables' changes come in.
 *
 * <p>Three states follow each other: an order and its lines; a product, its category and what was sold of it by hour; a
 * minute, or a category and hour. Each gives the next one the difference between what it adds now and what it added before.
 * A batch that is executed again starts from the same states and gives the same differences, so they are added once.
 *
 * <p>The states are as many as the tables have orders and products: an order of any age may change, so none is forgotten.
 */
public final class ShopSales implements BoundedJob {
    static final String ORDERS_TOPIC = "serving.orders_per_minute";
    static final String REVENUE_TOPIC = "serving.revenue_by_category";

    /** What keys begin with. */
    static final String ORDER = "o|";

    static final String PRODUCT = "p|";
    static final String MINUTES = "m";
    static final String CATEGORY = "c|";

    /** What travels from state to state; columns are read by position. */
    static final StructType STEP = new StructType()
            .add("key", DataTypes.StringType, true)
            .add("sequence", DataTypes.LongType, false)
            .add("arrival", DataTypes.TimestampType, false)
            .add("step", DataTypes.BinaryType, true);

    /** A Kafka record: topic, key, and a value or a tombstone. */
    static final StructType RECORD = new StructType()
            .add("topic", DataTypes.StringType, false)
            .add("key", DataTypes.StringType, false)
            .add("value", DataTypes.BinaryType, true);

    static final SalesStage.Reader ORDERS_STATE = in -> in == null ? new OrderSales() : OrderSales.read(in);
    static final SalesStage.Reader PRODUCTS_STATE = in -> in == null ? new ProductSales() : ProductSales.read(in);

    private static final Logger log = LoggerFactory.getLogger(ShopSales.class);

    /** The key of the state that amounts are added to: a product's holds all its windows, the last ones hold one each. */
    static String nextKey(SalesState.Target target) {
        return target.key().startsWith(PRODUCT)
                ? target.key()
                : target.key() + "|" + Instant.ofEpochMilli(target.start());
    }

    @Override
    public String name() {
        return "shop_sales";
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return Stream.of(ORDERS_TOPIC, REVENUE_TOPIC).map(catalogue::require).toList();
    }

    /** It remembers every order and product for ever. */
    @Override
    public StateStore bestStore() {
        return StateStore.ROCKSDB;
    }

    @Override
    public List<String> sinks(Catalogue catalogue) {
        return List.of(ORDERS_TOPIC, REVENUE_TOPIC);
    }

    @Override
    public List<String> sources(Catalogue catalogue) {
        return List.of(Topics.ORDERS, Topics.ORDER_ITEMS, Topics.PRODUCTS);
    }

    @Override
    public String definition(DriverConfig config) {
        return name();
    }

    /** A product that sells now may have got its category at any time. */
    @Override
    public Duration reach(DriverConfig config) {
        return EVERYTHING;
    }

    @Override
    public Dataset<Row> upserts(JobContext context) {
        Codecs codecs = Codecs.forJob(context, List.of(), List.of(ORDERS_TOPIC, REVENUE_TOPIC));
        Dataset<Row> changes = context.readTopics(name(), sources(context.catalogue()))
                .select(
                        col("key"),
                        col("value"),
                        col("topic"),
                        col("partition"),
                        col("offset"),
                        col("timestamp"),
                        // The batch's own time: kept in the checkpoint, so an executed-again batch sees the same.
                        context.scope().now().as("arrival"))
                .mapPartitions((MapPartitionsFunction<Row, Row>) rows -> steps(rows, codecs), Encoders.row(STEP))
                .observe(
                        JobContext.OBSERVED, count(when(col("key").isNull(), 1)).as(JobContext.QUARANTINED))
                .where(col("key").isNotNull());
        boolean bounded = context.scope().isBounded();
        Dataset<Row> products = next(changes, new SalesStage(ORDER, ORDERS_STATE), STEP, bounded);
        Dataset<Row> windows = next(products, new SalesStage(PRODUCT, PRODUCTS_STATE), STEP, bounded);
        return next(windows, new SalesWindows(codecs), RECORD, bounded);
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        return upserts(context)
                .writeStream()
                .queryName(name())
                .outputMode(OutputMode.Append())
                .option("checkpointLocation", context.checkpoint(name()))
                .trigger(context.scope().trigger(context.config().duration("trigger.reports")))
                .format("kafka")
                .options(context.config().kafkaOptions())
                .option("kafka.compression.type", "lz4")
                .start();
    }

    private static Dataset<Row> next(Dataset<Row> steps, RowsByKey.Keeper state, StructType result, boolean bounded) {
        RowsByKey byKey = RowsByKey.of(steps, result);
        return bounded ? byKey.whole(state, "sequence") : byKey.kept(state, GroupStateTimeout.NoTimeout());
    }

    private static Iterator<Row> steps(Iterator<Row> rows, Codecs codecs) {
        ShopRows shop = new ShopRows(codecs.decoder());
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return step(rows.next(), shop);
            }
        };
    }

    private static Row step(Row row, ShopRows shop) {
        String topic = row.getString(2);
        Timestamp arrival = row.getTimestamp(6);
        try {
            ShopRows.Keyed keyed = shop.step(
                    topic,
                    row.<byte[]>getAs(0),
                    row.<byte[]>getAs(1),
                    row.getTimestamp(5).getTime());
            return RowFactory.create(
                    keyed.key(), row.getLong(4), arrival, keyed.step().bytes());
        } catch (Unusable e) {
            // It stays in its topic; those after it go on.
            log.warn("shop_sales skipped {}-{}@{}: {}", topic, row.getInt(3), row.getLong(4), e.getMessage());
            return RowFactory.create(null, row.getLong(4), arrival, null);
        }
    }
}
