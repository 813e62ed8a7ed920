package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** One product's category as the table is now, and what was sold of it by hour. */
final class ProductSales implements SalesState {
    /** The category of a product whose row is not there. */
    static final String UNKNOWN = "unknown";

    private String category;
    private final TreeMap<Long, Amounts> hours = new TreeMap<>();

    @Override
    public void apply(SalesStep step) {
        if (step instanceof SalesStep.Product newest) {
            category = newest.category();
        } else if (step instanceof SalesStep.Gone) {
            category = null;
        } else if (step instanceof SalesStep.Difference difference) {
            Amounts now = hours.getOrDefault(difference.start(), Amounts.ZERO).plus(difference.amounts());
            if (now.isZero()) {
                hours.remove(difference.start());
            } else {
                hours.put(difference.start(), now);
            }
        }
    }

    @Override
    public Map<Target, Amounts> amounts() {
        String key = ShopSales.CATEGORY + (category == null ? UNKNOWN : category);
        Map<Target, Amounts> amounts = new TreeMap<>();
        hours.forEach((hour, sold) -> amounts.put(new Target(key, hour), sold));
        return amounts;
    }

    @Override
    public boolean isEmpty() {
        return category == null && hours.isEmpty();
    }

    @Override
    public void write(DataOutput out) throws IOException {
        Texts.write(out, category);
        out.writeInt(hours.size());
        for (Map.Entry<Long, Amounts> hour : hours.entrySet()) {
            out.writeLong(hour.getKey());
            hour.getValue().write(out);
        }
    }

    static ProductSales read(DataInput in) throws IOException {
        ProductSales sales = new ProductSales();
        sales.category = Texts.read(in);
        int hours = in.readInt();
        for (int i = 0; i < hours; i++) {
            sales.hours.put(in.readLong(), Amounts.read(in));
        }
        return sales;
    }
}
