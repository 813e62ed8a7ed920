package io.millrace.local.simulate;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** One person who walks through the shop. Not safe for use by several threads. */
final class Visitor {
    private final String userId;
    private final OptionalLong customer;
    private final String address;
    private final String userAgent;
    private final RandomGenerator random;
    private int pagesLeft;
    private int inCart;
    private String page;
    private String before;

    /** What a visitor does next; {@code before} is null on the first page. */
    record Step(String type, String page, String before, int status) {}

    /**
     * @param userId who it is, to the shop's analysts
     * @param customer number of the customer, when logged in
     */
    Visitor(String userId, OptionalLong customer, RandomGenerator random) {
        this.userId = userId;
        this.customer = customer;
        this.random = random;
        this.address = Scenery.address(random);
        this.userAgent = Scenery.USER_AGENTS.get(Scenery.skewed(random, Scenery.USER_AGENTS.size()));
        this.pagesLeft = 2 + Scenery.skewed(random, 25);
    }

    String userId() {
        return userId;
    }

    OptionalLong customer() {
        return customer;
    }

    String address() {
        return address;
    }

    String userAgent() {
        return userAgent;
    }

    boolean isGone() {
        return pagesLeft <= 0;
    }

    /** Goes one page further. */
    Step next() {
        pagesLeft--;
        before = page;
        boolean onProduct = page != null && page.startsWith("/product/");
        if (onProduct && random.nextInt(4) == 0) {
            inCart++;
            page = "/cart";
            return new Step("add_to_cart", page, before, 200);
        }
        if (inCart > 0 && customer.isPresent() && random.nextInt(3) == 0) {
            inCart = 0;
            page = "/checkout";
            return new Step("purchase", page, before, 200);
        }
        page = page == null ? entry() : Scenery.page(random);
        if (random.nextInt(80) == 0) {
            return new Step("page_view", "/old" + page, before, 404);
        }
        return new Step(page.equals("/search") ? "search" : "page_view", page, before, 200);
    }

    private String entry() {
        return random.nextInt(3) == 0 ? Scenery.product(random) : "/";
    }
}
