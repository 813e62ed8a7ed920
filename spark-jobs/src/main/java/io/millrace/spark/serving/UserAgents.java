package io.millrace.spark.serving;

import java.util.Locale;
import java.util.regex.Pattern;
import ua_parser.Parser;

/** Device class and browser family of user agents. Safe for use by several threads. */
final class UserAgents {
    /**
     * @param device desktop, phone, tablet, bot or other
     * @param browser browser family; other when unknown
     */
    record Agent(String device, String browser) {
        boolean isBot() {
            return device.equals(BOT_CLASS);
        }
    }

    private static final String BOT_CLASS = "bot";

    private static final Agent UNKNOWN = new Agent("other", "other");
    private static final int REMEMBERED = 20_000;
    /** Longer ones are forged; parsing them costs time in proportion. */
    private static final int LONGEST = 1_000;

    private static final Pattern BOT = Pattern.compile(
            // CUBOT makes phones.
            "(?<!cu)bot\\b|bot[/;_-]|robot|crawl|spider|slurp|archiver|feed|fetch|monitor|scanner|preview|headless|"
                    + "\\bcurl/|\\bwget/|libwww|python|\\bjava/|\\bruby|\\bperl|go-http|okhttp|httpclient|"
                    + "facebookexternalhit|\\brss|tiny tiny|validator|uptime|pingdom|mediapartners|phantomjs");
    private static final Pattern TABLET =
            Pattern.compile("ipad|tablet|kindle|silk/|playbook|nexus (7|9|10)|sm-t\\d|android(?!.*mobile)");
    private static final Pattern PHONE =
            Pattern.compile("iphone|ipod|windows phone|iemobile|blackberry|bb10|opera mini|opera mobi|mobile|symbian");
    private static final Pattern DESKTOP =
            Pattern.compile("windows nt|windows 9|macintosh|mac os x|x11|linux|cros |win64|win32|freebsd|openbsd");

    private final Parser parser = new Parser();
    private final BoundedCache<String, Agent> remembered = new BoundedCache<>(REMEMBERED);

    /** Never null; the agent may be null or anything a client sends. */
    Agent of(String userAgent) {
        if (userAgent == null || userAgent.isBlank()) {
            return UNKNOWN;
        }
        String text = userAgent.length() > LONGEST ? userAgent.substring(0, LONGEST) : userAgent;
        return remembered.get(text, this::parse);
    }

    private Agent parse(String text) {
        String family = parser.parseUserAgent(text).family;
        return new Agent(device(text.toLowerCase(Locale.ROOT)), "Other".equals(family) ? "other" : family);
    }

    // The parser's own device expressions take most of its time and do not name a class; these words do.
    private static String device(String text) {
        if (BOT.matcher(text).find()) {
            return BOT_CLASS;
        }
        if (TABLET.matcher(text).find()) {
            return "tablet";
        }
        if (PHONE.matcher(text).find()) {
            return "phone";
        }
        return DESKTOP.matcher(text).find() ? "desktop" : "other";
    }
}
