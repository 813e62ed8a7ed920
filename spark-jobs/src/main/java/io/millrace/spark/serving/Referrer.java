package io.millrace.spark.serving;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What kind of place a visitor came from. */
final class Referrer {
    static final String NONE = "none";
    static final String INTERNAL = "internal";
    static final String SEARCH = "search";
    static final String SOCIAL = "social";
    static final String CAMPAIGN = "campaign";
    static final String OTHER = "other";

    private static final Pattern HOST = Pattern.compile("^https?://(?:[^/@?#]*@)?([^/:?#]+)");
    private static final Pattern TAGGED =
            Pattern.compile("[?&](?:utm_(?:source|medium|campaign)|gclid|dclid|msclkid|fbclid)=[^&#]");
    /** Names within a host. */
    private static final Set<String> ENGINES = Set.of(
            "google",
            "bing",
            "duckduckgo",
            "yahoo",
            "baidu",
            "yandex",
            "ecosia",
            "qwant",
            "startpage",
            "naver",
            "seznam",
            "sogou",
            "ask",
            "aol",
            "brave");

    private static final Set<String> NETWORKS = Set.of(
            "facebook",
            "instagram",
            "twitter",
            "linkedin",
            "reddit",
            "pinterest",
            "youtube",
            "tiktok",
            "tumblr",
            "mastodon",
            "bsky",
            "threads",
            "whatsapp",
            "telegram",
            "vk",
            "weibo",
            "quora");
    /** Whole hosts whose names say nothing by their parts. */
    private static final Set<String> SHORT_NETWORKS =
            Set.of("t.co", "x.com", "lnkd.in", "fb.me", "t.me", "youtu.be", "redd.it", "news.ycombinator.com");

    private Referrer() {}

    /**
     * The class of a visit's origin. Tags of a campaign in the page count more than the referrer, as mail and
     * advertisements lead through all kinds of hosts.
     *
     * @param referrer URL of the page before, as the client sent it; may be null or nonsense
     * @param page path of the page with its query
     * @param site name of the web property; a host that has it as one of its parts is the property itself
     */
    static String classOf(String referrer, String page, String site) {
        if (page.indexOf('=') > 0 && TAGGED.matcher(page).find()) {
            return CAMPAIGN;
        }
        if (referrer == null || referrer.isBlank() || referrer.equals("-")) {
            return NONE;
        }
        Matcher match = HOST.matcher(referrer.toLowerCase(Locale.ROOT));
        if (!match.find()) {
            return referrer.startsWith("/") ? INTERNAL : OTHER;
        }
        String host = match.group(1);
        String own = site.toLowerCase(Locale.ROOT);
        String[] parts = host.split("\\.");
        if (host.equals(own) || Arrays.asList(parts).contains(own)) {
            return INTERNAL;
        }
        if (SHORT_NETWORKS.contains(host)) {
            return SOCIAL;
        }
        // The last part is a country's or a purpose's; mail of a search engine is no search.
        for (int i = 0; i < parts.length - 1; i++) {
            if (NETWORKS.contains(parts[i])) {
                return SOCIAL;
            }
            if (ENGINES.contains(parts[i]) && !parts[0].equals("mail")) {
                return SEARCH;
            }
        }
        return OTHER;
    }
}
