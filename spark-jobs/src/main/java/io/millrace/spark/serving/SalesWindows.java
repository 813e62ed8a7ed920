package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.ValueEncoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;

/**
 * The last states of {@link ShopSales}: sums of one minute, or of one category and hour. Gives absolute rows, and a
 * tombstone when nothing is left. Takes {@link ShopSales#STEP}, gives {@link ShopSales#RECORD}.
 */
final class SalesWindows implements RowsByKey.Keeper {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private transient ValueEncoder minutes;
    private transient ValueEncoder categories;

    SalesWindows(Codecs codecs) {
        this.codecs = codecs;
    }

    private record Sums(Amounts amounts, Freshness freshness) {}

    /** Sums after some differences, where the window begins and when they came. */
    private record Added(Sums sums, long start, long arrival) {}

    @Override
    public Iterator<Row> call(String key, Iterator<Row> rows, GroupState<byte[]> state) {
        Sums before = state.exists() ? read(state.get()) : null;
        Added after = add(before, rows);
        Amounts amounts = after.sums().amounts();
        if (before != null && before.amounts().equals(amounts)) {
            return List.<Row>of().iterator();
        }
        if (amounts.isZero()) {
            state.remove();
            // What was never shown needs no tombstone.
            return before == null ? List.<Row>of().iterator() : one(key, after.start(), null);
        }
        state.update(bytes(after.sums()));
        return one(key, after.start(), value(key, after));
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> rows) {
        Added all = add(null, rows);
        return all.sums().amounts().isZero() ? List.<Row>of().iterator() : one(key, all.start(), value(key, all));
    }

    /** @param before null for nothing */
    private static Added add(Sums before, Iterator<Row> rows) {
        Amounts amounts = before == null ? Amounts.ZERO : before.amounts();
        Freshness freshness = before == null ? null : before.freshness();
        long start = 0;
        long arrival = 0;
        while (rows.hasNext()) {
            Row row = rows.next();
            arrival = row.getTimestamp(2).getTime();
            if (!(SalesStep.read(row.<byte[]>getAs(3)) instanceof SalesStep.Difference difference)) {
                throw new IllegalStateException("a window of shop_sales was given a row of a table");
            }
            start = difference.start();
            amounts = amounts.plus(difference.amounts());
            Freshness one = new Freshness(difference.captured(), difference.captured(), difference.captured());
            freshness = freshness == null ? one : freshness.with(one);
        }
        return new Added(new Sums(amounts, freshness), start, arrival);
    }

    private static Iterator<Row> one(String key, long start, byte[] value) {
        boolean minute = key.startsWith(ShopSales.MINUTES);
        String window = new Window(start, start).text();
        return List.of(
                        minute
                                ? RowFactory.create(ShopSales.ORDERS_TOPIC, window, value)
                                : RowFactory.create(ShopSales.REVENUE_TOPIC, category(key) + "|" + window, value))
                .iterator();
    }

    private byte[] value(String key, Added added) {
        Amounts amounts = added.sums().amounts();
        long start = added.start();
        if (minutes == null) {
            minutes = codecs.encoder(ShopSales.ORDERS_TOPIC);
            categories = codecs.encoder(ShopSales.REVENUE_TOPIC);
        }
        boolean minute = key.startsWith(ShopSales.MINUTES);
        ValueEncoder encoder = minute ? minutes : categories;
        GenericRecord value = encoder.newRecord();
        value.put("window_start", start);
        value.put("updated_at", added.arrival());
        added.sums().freshness().into(value);
        if (minute) {
            value.put("window_end", start + OrderSales.MINUTE.toMillis());
            value.put("orders", amounts.count());
            value.put("cancelled", amounts.of());
            value.put("total", amounts.cents() / 100.0);
        } else {
            value.put("category", category(key));
            value.put("window_end", start + OrderSales.HOUR.toMillis());
            value.put("order_lines", amounts.count());
            value.put("units", amounts.of());
            value.put("revenue", amounts.cents() / 100.0);
        }
        return encoder.encode(value);
    }

    /** The window's beginning stands behind the last bar. */
    private static String category(String key) {
        return key.substring(ShopSales.CATEGORY.length(), key.lastIndexOf('|'));
    }

    private static byte[] bytes(Sums sums) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(48);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            sums.amounts().write(out);
            sums.freshness().write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private static Sums read(byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            return new Sums(Amounts.read(in), Freshness.read(in));
        } catch (IOException e) {
            throw new IllegalStateException("the state of shop_sales was written by another version", e);
        }
    }
}
