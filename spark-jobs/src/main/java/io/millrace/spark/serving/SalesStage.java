package io.millrace.spark.serving;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.GroupState;

/**
 * Keeps the {@link SalesState} of the keys that begin with a letter, and gives by how much what they add to others has
 * changed. Rows of other keys pass. Takes and gives {@link ShopSales#STEP}.
 */
final class SalesStage implements RowsByKey.Keeper {
    private static final long serialVersionUID = 1;

    /** Reads what {@link SalesState#write} wrote, or makes an empty one. */
    interface Reader extends Serializable {
        /** @param in null for an empty one */
        SalesState read(DataInput in) throws IOException;
    }

    private final String prefix;
    private final Reader reader;

    SalesStage(String prefix, Reader reader) {
        this.prefix = prefix;
        this.reader = reader;
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> rows, GroupState<byte[]> state) {
        if (!key.startsWith(prefix)) {
            return rows;
        }
        List<Row> steps = new ArrayList<>();
        rows.forEachRemaining(steps::add);
        // Rows of one table row come from one partition, and count in its order.
        steps.sort(Comparator.comparingLong(row -> row.getLong(1)));
        SalesState sales = read(state.exists() ? state.get() : null);
        Iterator<Row> changes = changes(sales, steps.iterator());
        if (sales.isEmpty()) {
            state.remove();
        } else {
            state.update(bytes(sales));
        }
        return changes;
    }

    @Override
    public Iterator<Row> call(String key, Iterator<Row> inOrder) {
        return key.startsWith(prefix) ? changes(read(null), inOrder) : inOrder;
    }

    /** Takes the steps in; gives by how much what is added to others has changed. */
    private static Iterator<Row> changes(SalesState sales, Iterator<Row> steps) {
        Map<SalesState.Target, Amounts> differences = new TreeMap<>();
        sales.amounts().forEach((target, amounts) -> differences.put(target, Amounts.ZERO.minus(amounts)));
        long captured = Long.MIN_VALUE;
        Timestamp arrival = null;
        while (steps.hasNext()) {
            Row row = steps.next();
            SalesStep step = SalesStep.read(row.<byte[]>getAs(3));
            sales.apply(step);
            captured = Math.max(captured, step.captured());
            arrival = row.getTimestamp(2);
        }
        sales.amounts().forEach((target, amounts) -> differences.merge(target, amounts, Amounts::plus));
        return rows(differences, captured, arrival);
    }

    private static Iterator<Row> rows(Map<SalesState.Target, Amounts> differences, long captured, Timestamp arrival) {
        List<Row> changes = new ArrayList<>();
        differences.forEach((target, amounts) -> {
            if (!amounts.isZero()) {
                SalesStep step = new SalesStep.Difference(target.start(), amounts, captured);
                // Only products need their changes in order, and differences come in any.
                changes.add(RowFactory.create(ShopSales.nextKey(target), 0L, arrival, step.bytes()));
            }
        });
        return changes.iterator();
    }

    private SalesState read(byte[] bytes) {
        try {
            return reader.read(bytes == null ? null : new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the state of shop_sales was written by another version; remove its checkpoint to compute it again"
                            + " from the topics",
                    e);
        }
    }

    private static byte[] bytes(SalesState sales) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try {
            sales.write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }
}
