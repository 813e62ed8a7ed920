package io.millrace.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A combined-format log with known answers. The answers are worked out here, from the events themselves and with none of
 * Millrace's code, so that they can disagree with it.
 */
final class WebLog {
    private static final long GAP_SECONDS = 30 * 60;
    private static final DateTimeFormatter CLF = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final String[] AGENTS = {
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Version/16.0 Mobile/15E148 Safari/604.1",
        "Googlebot/2.1 (+http://www.google.com/bot.html)",
        "odd \\\"quoted\\\" agent",
        "-"
    };

    /** One request. */
    record Hit(String address, Instant time, String page) {}

    private final List<Hit> hits;

    private WebLog(List<Hit> hits) {
        this.hits = hits;
    }

    /** Visitors who come and go over two days, slightly out of order as real logs are. */
    static WebLog generate(long seed, int size) {
        Random random = new Random(seed);
        Instant start = Instant.parse("2019-03-10T22:00:00Z");
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String address = "81.2." + random.nextInt(3) + "." + random.nextInt(40);
            long seconds = (long) (i * 172_800.0 / size) + random.nextInt(60);
            hits.add(new Hit(address, start.plusSeconds(seconds), "/page/" + random.nextInt(25) + "?q=a%20b"));
        }
        return new WebLog(hits);
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        int line = 0;
        for (Hit hit : hits) {
            text.append(hit.address())
                    .append(" - - [")
                    .append(CLF.format(hit.time()))
                    .append("] \"GET ")
                    .append(hit.page())
                    .append(" HTTP/1.1\" 200 ")
                    .append(line % 7 == 0 ? "-" : Integer.toString(100 + line))
                    .append(" \"-\" \"")
                    .append(AGENTS[line % AGENTS.length])
                    .append("\"\n");
            line++;
        }
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
    }

    int events() {
        return hits.size();
    }

    int users() {
        return byUser().size();
    }

    /** Runs of one user's events that no gap of 30 minutes or more divides. */
    int sessions() {
        int sessions = 0;
        for (List<Instant> times : byUser().values()) {
            times.sort(null);
            Instant last = null;
            for (Instant time : times) {
                if (last == null || time.getEpochSecond() - last.getEpochSecond() >= GAP_SECONDS) {
                    sessions++;
                }
                last = time;
            }
        }
        return sessions;
    }

    /** Requests by minute, the minute written as an ISO-8601 instant. */
    Map<String, Long> requestsByMinute() {
        Map<String, Long> minutes = new TreeMap<>();
        for (Hit hit : hits) {
            long minute = hit.time().getEpochSecond() / 60 * 60;
            minutes.merge(Instant.ofEpochSecond(minute).toString(), 1L, Long::sum);
        }
        return minutes;
    }

    private Map<String, List<Instant>> byUser() {
        Map<String, List<Instant>> users = new HashMap<>();
        for (Hit hit : hits) {
            users.computeIfAbsent(hit.address(), address -> new ArrayList<>()).add(hit.time());
        }
        return users;
    }
}
