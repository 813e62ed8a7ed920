package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What is added up of orders or of their lines; also a difference, which may be negative.
 *
 * @param count orders, or lines of orders
 * @param of the orders those that are cancelled, of the lines the pieces
 * @param cents money, in hundredths, so that sums are exact
 */
record Amounts(long count, long of, long cents) {
    static final Amounts ZERO = new Amounts(0, 0, 0);

    Amounts plus(Amounts other) {
        return new Amounts(count + other.count, of + other.of, cents + other.cents);
    }

    Amounts minus(Amounts other) {
        return new Amounts(count - other.count, of - other.of, cents - other.cents);
    }

    boolean isZero() {
        return equals(ZERO);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(count);
        out.writeLong(of);
        out.writeLong(cents);
    }

    static Amounts read(DataInput in) throws IOException {
        return new Amounts(in.readLong(), in.readLong(), in.readLong());
    }
}
