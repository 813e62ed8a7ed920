package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * One order and its lines as the tables are now, in whatever order their changes came. It counts as soon as its own row is
 * there; lines without it wait.
 */
final class OrderSales implements SalesState {
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration HOUR = Duration.ofHours(1);

    private SalesStep.Order order;
    private final TreeMap<String, SalesStep.Line> lines = new TreeMap<>();

    @Override
    public void apply(SalesStep step) {
        if (step instanceof SalesStep.Order newest) {
            order = newest;
        } else if (step instanceof SalesStep.Line newest) {
            lines.put(newest.line(), newest);
        } else if (step instanceof SalesStep.Gone gone) {
            if (gone.line().isEmpty()) {
                order = null;
            } else {
                lines.remove(gone.line());
            }
        }
    }

    @Override
    public Map<Target, Amounts> amounts() {
        Map<Target, Amounts> amounts = new TreeMap<>();
        if (order == null) {
            return amounts;
        }
        amounts.put(
                new Target(ShopSales.MINUTES, Window.of(order.placed(), MINUTE).start()),
                new Amounts(1, order.cancelled() ? 1 : 0, order.cancelled() ? 0 : order.cents()));
        if (!order.cancelled()) {
            long hour = Window.of(order.placed(), HOUR).start();
            lines.values()
                    .forEach(line -> amounts.merge(
                            new Target(ShopSales.PRODUCT + line.product(), hour),
                            new Amounts(1, line.pieces(), line.cents()),
                            Amounts::plus));
        }
        return amounts;
    }

    @Override
    public boolean isEmpty() {
        return order == null && lines.isEmpty();
    }

    @Override
    public void write(DataOutput out) throws IOException {
        out.writeInt((order == null ? 0 : 1) + lines.size());
        if (order != null) {
            writeStep(out, order);
        }
        for (SalesStep.Line line : lines.values()) {
            writeStep(out, line);
        }
    }

    private static void writeStep(DataOutput out, SalesStep step) throws IOException {
        byte[] bytes = step.bytes();
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static OrderSales read(DataInput in) throws IOException {
        OrderSales sales = new OrderSales();
        int steps = in.readInt();
        for (int i = 0; i < steps; i++) {
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            sales.apply(SalesStep.read(bytes));
        }
        return sales;
    }
}
