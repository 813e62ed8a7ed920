package io.millrace.local.simulate;

import java.util.List;
import java.util.random.RandomGenerator;

/** What made-up visitors look like: where they come from, what they use and where they go. */
public final class Scenery {
    /** First two numbers of consumer networks in a dozen countries; more often those named first. */
    private static final List<String> NETWORKS = List.of(
            "73.162", // US
            "91.12", // DE
            "90.24", // FR
            "81.140", // GB
            "126.78", // JP
            "177.32", // BR
            "117.200", // IN
            "145.53", // NL
            "88.7", // ES
            "142.161", // CA
            "1.125", // AU
            "90.226"); // SE

    /** User agents of phones, desktops, a tablet and a bot. */
    public static final List<String> USER_AGENTS = List.of(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
                    + " Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
            "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
            "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
                    + " Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");

    private static final List<String> CATEGORIES = List.of("light", "furniture", "kitchen", "textile", "office");
    private static final int PRODUCTS = 60;

    private Scenery() {}

    /** A made-up address of a real network. */
    public static String address(RandomGenerator random) {
        String network = NETWORKS.get(skewed(random, NETWORKS.size()));
        return network + "." + random.nextInt(256) + "." + (1 + random.nextInt(254));
    }

    /** A page of the shop, the popular ones more often. */
    public static String page(RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> "/";
            case 2, 3 -> "/category/" + CATEGORIES.get(skewed(random, CATEGORIES.size()));
            case 4 -> "/search";
            default -> product(random);
        };
    }

    /** A product's page, the popular ones more often. */
    static String product(RandomGenerator random) {
        return "/product/" + (1 + skewed(random, PRODUCTS));
    }

    /** A number from zero below the bound, small ones more often. */
    static int skewed(RandomGenerator random, int bound) {
        double share = random.nextDouble();
        return (int) (share * share * bound);
    }
}
