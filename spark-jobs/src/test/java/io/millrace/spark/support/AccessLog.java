package io.millrace.spark.support;

import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines of a web server's log in the combined format. */
public record AccessLog(String address, Instant time, String method, String page, int status, String userAgent) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);
    private static final Pattern LINE = Pattern.compile(
            "^(\\S+) \\S+ \\S+ \\[([^]]+)] \"(\\S+) (\\S+)[^\"]*\" (\\d+) \\S+ \"[^\"]*\" \"?(.*?)\"?$");

    /** The file that lies beside the repository; it may be missing. */
    public static final Path REAL = Path.of("../../shared/data/access-log-2015.txt");

    public static Optional<AccessLog> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new AccessLog(
                matcher.group(1),
                OffsetDateTime.parse(matcher.group(2), TIME).toInstant(),
                matcher.group(3),
                matcher.group(4),
                Integer.parseInt(matcher.group(5)),
                matcher.group(6)));
    }
}
