package io.millrace.spark.serving;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What travels between the states of {@link ShopSales}: a change of a row, or a difference of amounts. */
sealed interface SalesStep {

    /** When the change that this goes back to was captured, epoch milliseconds. */
    long captured();

    /** An order's row as it is now; {@code placed} in epoch milliseconds. */
    record Order(long placed, boolean cancelled, long cents, long captured) implements SalesStep {}

    /** A line's row as it is now. */
    record Line(String line, String product, long pieces, long cents, long captured) implements SalesStep {}

    /** A product's row as it is now. */
    record Product(String category, long captured) implements SalesStep {}

    /** The row is gone: a line's, or with an empty name that of the order or product itself. */
    record Gone(String line, long captured) implements SalesStep {}

    /** Amounts to add to those of a window, which begins at {@code start}, epoch milliseconds. */
    record Difference(long start, Amounts amounts, long captured) implements SalesStep {}

    default byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try {
            write(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private void write(DataOutput out) throws IOException {
        if (this instanceof Order order) {
            out.writeByte('o');
            out.writeLong(order.placed);
            out.writeBoolean(order.cancelled);
            out.writeLong(order.cents);
        } else if (this instanceof Line line) {
            out.writeByte('l');
            Texts.write(out, line.line);
            Texts.write(out, line.product);
            out.writeLong(line.pieces);
            out.writeLong(line.cents);
        } else if (this instanceof Product product) {
            out.writeByte('p');
            Texts.write(out, product.category);
        } else if (this instanceof Gone gone) {
            out.writeByte('g');
            Texts.write(out, gone.line);
        } else if (this instanceof Difference difference) {
            out.writeByte('d');
            out.writeLong(difference.start);
            difference.amounts.write(out);
        }
        out.writeLong(captured());
    }

    static SalesStep read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return read(in);
        } catch (IOException e) {
            throw new IllegalStateException("a row of shop_sales cannot be read", e);
        }
    }

    private static SalesStep read(DataInput in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case 'o' -> new Order(in.readLong(), in.readBoolean(), in.readLong(), in.readLong());
            case 'l' -> new Line(Texts.read(in), Texts.read(in), in.readLong(), in.readLong(), in.readLong());
            case 'p' -> new Product(Texts.read(in), in.readLong());
            case 'g' -> new Gone(Texts.read(in), in.readLong());
            case 'd' -> new Difference(in.readLong(), Amounts.read(in), in.readLong());
            default -> throw new IOException("no such row: " + (char) kind);
        };
    }
}
