package io.millrace.local.shop;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** Does the shop's daily business, a transaction at a time, on one connection. Not safe for use by several threads. */
public final class ShopClerk implements AutoCloseable {
    private static final List<String> SEGMENTS = List.of("new", "regular", "loyal", "business", "vip");

    /** The kinds of transactions. */
    public enum Deed {
        ORDER("orders placed"),
        STATUS("orders paid, shipped or cancelled"),
        DELETION("orders deleted"),
        SEGMENT("customers moved to another segment"),
        PRICE("prices changed");

        private final String text;

        Deed(String text) {
            this.text = text;
        }

        /** The kind in words, plural. */
        public String text() {
            return text;
        }
    }

    private final Connection connection;
    private final RandomGenerator random;
    private final Map<Deed, Integer> done = new EnumMap<>(Deed.class);

    /** @param random decides what is done to whom */
    public ShopClerk(ShopDatabase shop, RandomGenerator random) throws SQLException {
        this.connection = shop.connect();
        this.connection.setAutoCommit(false);
        this.random = random;
    }

    /** Something that happens in a shop all day, other than a new order. */
    public void work() throws SQLException {
        int dice = random.nextInt(20);
        if (dice < 12) {
            advanceAnOrder();
        } else if (dice < 14) {
            deleteACancelledOrder();
        } else if (dice < 18) {
            moveACustomer();
        } else {
            changeAPrice();
        }
    }

    /** Places an order of one to four products for a customer; does nothing when there is no such customer. */
    public void placeOrder(long customer) throws SQLException {
        OptionalLong order = number(
                "INSERT INTO orders (customer_id) SELECT customer_id FROM customers WHERE customer_id = ?"
                        + " RETURNING order_id",
                customer);
        if (order.isPresent()) {
            int lines = 1 + random.nextInt(4);
            for (int line = 1; line <= lines; line++) {
                update(
                        "INSERT INTO order_items (order_id, line, product_id, quantity, price) SELECT ?, ?, product_id, ?, price"
                                + " FROM products ORDER BY product_id OFFSET ? LIMIT 1",
                        order.getAsLong(),
                        line,
                        1 + random.nextInt(3),
                        random.nextInt(60));
            }
            update(
                    "UPDATE orders SET total = (SELECT coalesce(sum(quantity * price), 0) FROM order_items WHERE order_id = ?)"
                            + " WHERE order_id = ?",
                    order.getAsLong(),
                    order.getAsLong());
            count(Deed.ORDER);
        }
        connection.commit();
    }

    /** How often each kind was done so far. */
    public Map<Deed, Integer> done() {
        return new EnumMap<>(done);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private void advanceAnOrder() throws SQLException {
        String next = random.nextInt(12) == 0 ? "'cancelled'" : "CASE status WHEN 'new' THEN 'paid' ELSE 'shipped' END";
        single(
                Deed.STATUS,
                "UPDATE orders SET status = " + next + " WHERE order_id = (SELECT order_id FROM orders"
                        + " WHERE status IN ('new', 'paid') ORDER BY updated_at OFFSET ? LIMIT 1)",
                random.nextInt(5));
    }

    private void deleteACancelledOrder() throws SQLException {
        single(
                Deed.DELETION,
                "DELETE FROM orders WHERE order_id = (SELECT order_id FROM orders WHERE status = 'cancelled'"
                        + " ORDER BY order_id OFFSET ? LIMIT 1)",
                random.nextInt(5));
    }

    private void moveACustomer() throws SQLException {
        single(
                Deed.SEGMENT,
                "UPDATE customers SET segment = ? WHERE customer_id ="
                        + " (SELECT customer_id FROM customers ORDER BY customer_id OFFSET ? LIMIT 1)",
                SEGMENTS.get(random.nextInt(SEGMENTS.size())),
                random.nextInt(200));
    }

    private void changeAPrice() throws SQLException {
        single(
                Deed.PRICE,
                "UPDATE products SET price = round(price * ?, 2) WHERE product_id ="
                        + " (SELECT product_id FROM products ORDER BY product_id OFFSET ? LIMIT 1)",
                BigDecimal.valueOf(90 + random.nextInt(21), 2),
                random.nextInt(60));
    }

    private void single(Deed deed, String sql, Object... parameters) throws SQLException {
        if (update(sql, parameters) > 0) {
            count(deed);
        }
        connection.commit();
    }

    private void count(Deed deed) {
        done.merge(deed, 1, Integer::sum);
    }

    private int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    private OptionalLong number(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
