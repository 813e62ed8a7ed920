package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.spark.Codecs;
import io.millrace.spark.Decoded;
import io.millrace.spark.TestCodecs;
import io.millrace.spark.ValueDecoder;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.api.java.Optional;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.TestGroupState;

/** The states of shop_sales one after another, as Spark runs them, compared with sums over the tables. */
class ShopSalesTest {
    private static final Catalogue CONTRACTS = Catalogue.bundled();
    private static final ValueDecoder DECODER = TestCodecs.decoder(
            Map.of(
                    1, CONTRACTS.require(ShopSales.ORDERS_TOPIC).requireValue(),
                    2, CONTRACTS.require(ShopSales.REVENUE_TOPIC).requireValue()),
            null);
    private static final Codecs CODECS =
            TestCodecs.encoding(Map.of(ShopSales.ORDERS_TOPIC, 1, ShopSales.REVENUE_TOPIC, 2));

    private final Map<String, Map<String, byte[]>> states = new HashMap<>();
    private final Map<String, String> minutes = new TreeMap<>();
    private final Map<String, String> revenue = new TreeMap<>();

    @Property(tries = 60)
    void whatIsServedIsTheSumOfTheTablesAfterEveryBatchOfChanges(
            @ForAll Random random, @ForAll @IntRange(min = 1, max = 60) int batchSize) throws Exception {
        states.clear();
        minutes.clear();
        revenue.clear();
        Steps steps = new Steps();
        ShopOracle shop = new ShopOracle(random, steps);
        for (int batch = 0; batch < 6; batch++) {
            for (int i = 0; i < batchSize; i++) {
                shop.change();
            }
            // Rows of different table rows reach a state in any order.
            Collections.shuffle(steps.rows, random);
            run(steps.rows);
            steps.rows.clear();
            assertThat(minutes).isEqualTo(shop.minutes());
            assertThat(revenue).isEqualTo(shop.revenue());
        }
    }

    @Property(tries = 60)
    void allChangesAtOnceGiveTheSameRows(@ForAll Random random) throws Exception {
        Steps steps = new Steps();
        ShopOracle shop = new ShopOracle(random, steps);
        for (int i = 0; i < 200; i++) {
            shop.change();
        }
        Collections.shuffle(steps.rows, random);
        List<Row> products = whole(steps.rows, new SalesStage(ShopSales.ORDER, ShopSales.ORDERS_STATE));
        List<Row> windows = whole(products, new SalesStage(ShopSales.PRODUCT, ShopSales.PRODUCTS_STATE));
        minutes.clear();
        revenue.clear();
        whole(windows, new SalesWindows(CODECS)).forEach(this::show);
        assertThat(minutes).isEqualTo(shop.minutes());
        assertThat(revenue).isEqualTo(shop.revenue());
    }

    /** As Spark calls it in a bounded run: once per key, with its rows in order. */
    private static List<Row> whole(List<Row> rows, RowsByKey.Keeper by) throws Exception {
        Map<String, List<Row>> groups = new TreeMap<>();
        rows.forEach(row -> groups.computeIfAbsent(row.getString(0), key -> new ArrayList<>())
                .add(row));
        List<Row> results = new ArrayList<>();
        for (Map.Entry<String, List<Row>> group : groups.entrySet()) {
            group.getValue().sort(Comparator.comparingLong(row -> row.getLong(1)));
            by.call(group.getKey(), group.getValue().iterator()).forEachRemaining(results::add);
        }
        return results;
    }

    private void run(List<Row> changes) throws Exception {
        List<Row> products = next("orders", changes, new SalesStage(ShopSales.ORDER, ShopSales.ORDERS_STATE));
        List<Row> windows = next("products", products, new SalesStage(ShopSales.PRODUCT, ShopSales.PRODUCTS_STATE));
        List<Row> records = next("windows", windows, new SalesWindows(CODECS));
        records.forEach(this::show);
    }

    private void show(Row record) {
        Map<String, String> table = record.getString(0).equals(ShopSales.ORDERS_TOPIC) ? minutes : revenue;
        if (record.isNullAt(2)) {
            assertThat(table.remove(record.getString(1)))
                    .as("a tombstone only for what was served")
                    .isNotNull();
        } else {
            table.put(record.getString(1), text(record.<byte[]>getAs(2)));
        }
    }

    private List<Row> next(
            String stage, List<Row> rows, FlatMapGroupsWithStateFunction<String, Row, byte[], Row> function)
            throws Exception {
        Map<String, List<Row>> groups = new TreeMap<>();
        rows.forEach(row -> groups.computeIfAbsent(row.getString(0), key -> new ArrayList<>())
                .add(row));
        List<Row> results = new ArrayList<>();
        Map<String, byte[]> kept = states.computeIfAbsent(stage, name -> new HashMap<>());
        for (Map.Entry<String, List<Row>> group : groups.entrySet()) {
            TestGroupState<byte[]> state = TestGroupState.create(
                    Optional.ofNullable(kept.get(group.getKey())),
                    GroupStateTimeout.NoTimeout(),
                    1_000,
                    Optional.empty(),
                    false);
            function.call(group.getKey(), group.getValue().iterator(), state).forEachRemaining(results::add);
            if (state.exists()) {
                kept.put(group.getKey(), state.get());
            } else {
                kept.remove(group.getKey());
            }
        }
        return results;
    }

    private static String text(byte[] value) {
        GenericRecord row = ((Decoded.Value) DECODER.decode(value)).record();
        return row.getSchema().getField("orders") != null
                ? ShopOracle.text((long) row.get("orders"), (long) row.get("cancelled"), (double) row.get("total"))
                : ShopOracle.text((long) row.get("order_lines"), (long) row.get("units"), (double) row.get("revenue"));
    }

    /** Changes as rows of {@link ShopSales#STEP}. */
    private static final class Steps implements ShopOracle.Tables {
        private final List<Row> rows = new ArrayList<>();
        private long sequence;

        private void add(String key, SalesStep step) {
            rows.add(RowFactory.create(key, sequence++, new Timestamp(77), step.bytes()));
        }

        @Override
        public void order(long id, String status, String total, String createdAt) {
            long placed = OffsetDateTime.parse(createdAt).toInstant().toEpochMilli();
            add(
                    ShopSales.ORDER + id,
                    new SalesStep.Order(placed, status.equals("cancelled"), cents(new BigDecimal(total)), sequence));
        }

        @Override
        public void deleteOrder(long id) {
            add(ShopSales.ORDER + id, new SalesStep.Gone("", sequence));
        }

        @Override
        public void item(long order, int line, long product, int quantity, String price) {
            long cents = cents(new BigDecimal(price)) * quantity;
            add(ShopSales.ORDER + order, new SalesStep.Line("" + line, "" + product, quantity, cents, sequence));
        }

        @Override
        public void deleteItem(long order, int line) {
            add(ShopSales.ORDER + order, new SalesStep.Gone("" + line, sequence));
        }

        @Override
        public void product(long id, String category) {
            add(ShopSales.PRODUCT + id, new SalesStep.Product(category, sequence));
        }

        @Override
        public void deleteProduct(long id) {
            add(ShopSales.PRODUCT + id, new SalesStep.Gone("", sequence));
        }

        private static long cents(BigDecimal money) {
            return money.movePointRight(2).longValueExact();
        }
    }
}
