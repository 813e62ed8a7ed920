package io.millrace.spark.serving;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The shop's tables in memory, a random workload on them, and what the sales are by them, computed from scratch. */
final class ShopOracle {
    /** Hears of every change, in the order of its table. */
    interface Tables {
        void order(long id, String status, String total, String createdAt);

        void deleteOrder(long id);

        void item(long order, int line, long product, int quantity, String price);

        void deleteItem(long order, int line);

        void product(long id, String category);

        void deleteProduct(long id);
    }

    private record Order(String status, BigDecimal total, Instant createdAt) {}

    private record Item(long product, int quantity, BigDecimal price) {}

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String[] STATUSES = {"new", "paid", "shipped", "cancelled"};
    private static final String[] CATEGORIES = {"light", "office", "kitchen", "a|b"};

    private final Random random;
    private final Tables tables;
    private final Map<Long, Order> orders = new TreeMap<>();
    private final Map<Long, Map<Integer, Item>> items = new TreeMap<>();
    private final Map<Long, String> products = new TreeMap<>();

    ShopOracle(Random random, Tables tables) {
        this.random = random;
        this.tables = tables;
    }

    /** One random change of one table. Nothing keeps rows from referring to others that are not there. */
    void change() {
        long order = random.nextInt(40);
        int line = 1 + random.nextInt(3);
        long product = random.nextInt(10);
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                Order row = new Order(
                        STATUSES[random.nextInt(STATUSES.length)],
                        money(),
                        NOON.plusSeconds(random.nextInt(3) * 3_000L + random.nextInt(90)));
                orders.put(order, row);
                tables.order(
                        order,
                        row.status(),
                        row.total().toString(),
                        row.createdAt().toString());
            }
            case 4 -> {
                orders.remove(order);
                tables.deleteOrder(order);
            }
            case 5, 6, 7, 8 -> {
                Item row = new Item(product, 1 + random.nextInt(4), money());
                items.computeIfAbsent(order, id -> new TreeMap<>()).put(line, row);
                tables.item(
                        order, line, row.product(), row.quantity(), row.price().toString());
            }
            case 9 -> {
                items.computeIfAbsent(order, id -> new TreeMap<>()).remove(line);
                tables.deleteItem(order, line);
            }
            case 10 -> {
                String category = CATEGORIES[random.nextInt(CATEGORIES.length)];
                products.put(product, category);
                tables.product(product, category);
            }
            default -> {
                products.remove(product);
                tables.deleteProduct(product);
            }
        }
    }

    private BigDecimal money() {
        return BigDecimal.valueOf(random.nextInt(100_000), 2);
    }

    /** By key: orders, cancelled ones, total. */
    Map<String, String> minutes() {
        Map<String, BigDecimal[]> sums = new TreeMap<>();
        orders.values().forEach(order -> {
            boolean cancelled = order.status().equals("cancelled");
            add(
                    sums,
                    floor(order.createdAt(), 60).toString(),
                    BigDecimal.ONE,
                    cancelled ? BigDecimal.ONE : BigDecimal.ZERO,
                    cancelled ? BigDecimal.ZERO : order.total());
        });
        return texts(sums);
    }

    /** By key: lines, pieces, revenue. */
    Map<String, String> revenue() {
        Map<String, BigDecimal[]> sums = new TreeMap<>();
        orders.forEach((id, order) -> {
            if (!order.status().equals("cancelled")) {
                items.getOrDefault(id, Map.of())
                        .values()
                        .forEach(item -> add(
                                sums,
                                products.getOrDefault(item.product(), "unknown") + "|"
                                        + floor(order.createdAt(), 3_600),
                                BigDecimal.ONE,
                                BigDecimal.valueOf(item.quantity()),
                                item.price().multiply(BigDecimal.valueOf(item.quantity()))));
            }
        });
        return texts(sums);
    }

    static String text(long count, long of, double money) {
        return count + " " + of + " " + BigDecimal.valueOf(money).setScale(2, java.math.RoundingMode.HALF_EVEN);
    }

    private static Instant floor(Instant time, long seconds) {
        return Instant.ofEpochSecond(time.getEpochSecond() - Math.floorMod(time.getEpochSecond(), seconds));
    }

    private static void add(Map<String, BigDecimal[]> sums, String key, BigDecimal... more) {
        sums.merge(key, more, (one, other) ->
                new BigDecimal[] {one[0].add(other[0]), one[1].add(other[1]), one[2].add(other[2])});
    }

    private static Map<String, String> texts(Map<String, BigDecimal[]> sums) {
        Map<String, String> texts = new TreeMap<>();
        sums.forEach((key, sum) -> texts.put(key, text(sum[0].longValue(), sum[1].longValue(), sum[2].doubleValue())));
        return texts;
    }
}
