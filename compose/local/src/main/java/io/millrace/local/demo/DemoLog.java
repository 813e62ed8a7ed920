package io.millrace.local.demo;

import io.millrace.local.simulate.Scenery;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

/** The log that a demo sends when it is given none: always the same, so that sending it again adds nothing. */
final class DemoLog {
    private static final int LINES = 3_000;
    private static final Instant START = Instant.parse("2026-11-02T08:00:00Z");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private DemoLog() {}

    /** Half a day of a shop's visitors: most come for some minutes, a few come back. */
    static void write(Path file) throws IOException {
        Random random = new Random(20261102);
        String[] addresses = new String[400];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = Scenery.address(random);
        }
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int line = 0; line < LINES; line++) {
                long second = line * 43_200L / LINES + random.nextInt(10);
                // Visitors take turns: each is about for a while, then the next ones are.
                int visitor = (line / 40 * 5 + random.nextInt(12)) % addresses.length;
                out.write(String.format(
                        Locale.ROOT,
                        "%s - - [%s] \"GET %s HTTP/1.1\" %d %d \"-\" \"%s\"%n",
                        addresses[visitor],
                        TIME.format(START.plusSeconds(second)),
                        Scenery.page(random),
                        random.nextInt(50) == 0 ? 404 : 200,
                        500 + random.nextInt(40_000),
                        Scenery.USER_AGENTS.get(visitor % Scenery.USER_AGENTS.size())));
            }
        }
    }
}
