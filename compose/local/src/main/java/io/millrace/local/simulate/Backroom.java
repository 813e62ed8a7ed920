package io.millrace.local.simulate;

import io.millrace.local.shop.ShopClerk;
import io.millrace.local.shop.ShopDatabase;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The shop's transactions while visitors are about, on a thread of its own: the orders that they place, and other business
 * at a steady pace. When the database goes away it waits and connects again.
 */
final class Backroom implements AutoCloseable {
    private static final int WAITING_ORDERS = 1_000;

    private final ShopDatabase shop;
    private final RandomGenerator random;
    private final long pauseMillis;
    private final BlockingQueue<Long> orders = new LinkedBlockingQueue<>(WAITING_ORDERS);
    private final Map<ShopClerk.Deed, Integer> done = new EnumMap<>(ShopClerk.Deed.class);
    private final Thread thread = new Thread(this::run, "shop");
    private volatile boolean open = true;
    private volatile String trouble;

    /** @param perSecond transactions per second besides the orders */
    Backroom(ShopDatabase shop, RandomGenerator random, double perSecond) {
        this.shop = shop;
        this.random = random;
        this.pauseMillis = Math.max(20, Math.round(1000 / Math.max(0.1, perSecond)));
        thread.setDaemon(true);
        thread.start();
    }

    /** Has an order placed soon; when far too many wait already, the customer leaves. */
    void order(long customer) {
        orders.offer(customer);
    }

    /** How often each kind of transaction was done so far. */
    synchronized Map<ShopClerk.Deed, Integer> done() {
        return new EnumMap<>(done);
    }

    /** What the last attempt failed with; null while all is well. */
    String trouble() {
        return trouble;
    }

    /** Finishes the transaction at hand. */
    @Override
    public void close() throws InterruptedException {
        open = false;
        thread.join(10_000);
    }

    private void run() {
        while (open) {
            try (ShopClerk clerk = new ShopClerk(shop, random)) {
                Map<ShopClerk.Deed, Integer> before = done();
                work(clerk, before);
            } catch (SQLException e) {
                trouble = e.getMessage();
                sleep(500);
            }
        }
    }

    private void work(ShopClerk clerk, Map<ShopClerk.Deed, Integer> before) throws SQLException {
        long due = System.nanoTime();
        while (open) {
            Long customer = poll();
            if (customer != null) {
                clerk.placeOrder(customer);
            }
            if (System.nanoTime() >= due) {
                clerk.work();
                due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            }
            trouble = null;
            note(before, clerk.done());
        }
    }

    private synchronized void note(Map<ShopClerk.Deed, Integer> before, Map<ShopClerk.Deed, Integer> now) {
        now.forEach((deed, count) -> done.put(deed, before.getOrDefault(deed, 0) + count));
    }

    private Long poll() {
        try {
            return orders.poll(Math.min(pauseMillis, 100), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            open = false;
            return null;
        }
    }

    private void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            open = false;
        }
    }
}
