package io.millrace.spark.serving;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What was done in a session, counted by event type; types that are none of these count as events only. */
record Actions(long pageViews, long searches, long cartAdditions, long purchases) {
    static final Actions NONE = new Actions(0, 0, 0, 0);

    static Actions of(String type) {
        return switch (type) {
            case "page_view" -> new Actions(1, 0, 0, 0);
            case "search" -> new Actions(0, 1, 0, 0);
            case "add_to_cart" -> new Actions(0, 0, 1, 0);
            case "purchase" -> new Actions(0, 0, 0, 1);
            default -> NONE;
        };
    }

    Actions with(Actions other) {
        return new Actions(
                pageViews + other.pageViews,
                searches + other.searches,
                cartAdditions + other.cartAdditions,
                purchases + other.purchases);
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(pageViews);
        out.writeLong(searches);
        out.writeLong(cartAdditions);
        out.writeLong(purchases);
    }

    static Actions read(DataInput in) throws IOException {
        return new Actions(in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }
}
