package io.millrace.connect.commons.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of the combined log format of web servers: {@code address identity user [time] "request" status bytes "referrer"
 * "user agent"}. Address and time make an event; whatever else of the line cannot be read is left out of it, as logs hold
 * what clients sent, and clients send anything. The common format, which ends after the bytes, is a special case of it.
 *
 * @param time when the request came
 * @param page the path without host and query
 * @param method null when there was no request line
 * @param status null when it cannot be read, as are {@code bytes}, {@code referrer} and {@code userAgent}
 */
public record CombinedLog(
        String address,
        Instant time,
        String page,
        String method,
        Integer status,
        Long bytes,
        String referrer,
        String userAgent) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);
    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\[\\]]{8,40})]");
    private static final Pattern IPV6_IN_BRACKETS = Pattern.compile("^\\[([0-9a-fA-F:.]+)]$");
    private static final Pattern METHOD = Pattern.compile("[A-Za-z][A-Za-z_-]{0,31}");
    private static final Pattern ORIGIN = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*");

    /** A line that gives no event; the message says why. Carries no stack trace: it is an answer, not a fault. */
    public static final class NotCombined extends Exception {
        private static final long serialVersionUID = 1;

        private NotCombined(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * Reads a line.
     *
     * @param line the line's bytes without its line end
     * @throws NotCombined when it has no address or no time
     */
    public static CombinedLog parse(byte[] line) throws NotCombined {
        String text = decode(line);
        int space = text.indexOf(' ');
        if (space <= 0) {
            throw new NotCombined("has no client address");
        }
        String address = IPV6_IN_BRACKETS.matcher(text.substring(0, space)).replaceFirst("$1");
        if (address.equals("-") || address.startsWith("[") || address.startsWith("\"")) {
            throw new NotCombined("does not start with a client address");
        }
        Matcher brackets = BRACKETS.matcher(text);
        OffsetDateTime time = null;
        while (time == null && brackets.find()) {
            time = time(brackets.group(1));
        }
        if (time == null) {
            throw new NotCombined("has no time such as [17/May/2015:10:05:03 +0000]");
        }
        Fields rest = new Fields(text, brackets.end());
        Request request = Request.of(rest.quoted());
        return new CombinedLog(
                address,
                time.toInstant(),
                request.page(),
                request.method(),
                integer(rest.word(), 999),
                number(rest.word()),
                present(rest.quoted()),
                present(rest.quoted()));
    }

    /** The fields of a page view, in order: texts, an Integer, a Long, and null for what the line does not say. */
    public Map<String, Object> event() {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event_time", time.toString());
        event.put("event_type", "page_view");
        event.put("user_id", address);
        event.put("page", page);
        event.put("method", method);
        event.put("status", status);
        event.put("bytes", bytes);
        event.put("referrer", referrer);
        // Said to be unknown: a field left out would be filled with our own client's name.
        event.put("user_agent", userAgent);
        event.put("address", address);
        return event;
    }

    /** UTF-8, as servers write today; a line that is not takes the encoding in which every byte is a character. */
    private static String decode(byte[] line) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(line, StandardCharsets.ISO_8859_1);
        }
    }

    private static OffsetDateTime time(String text) {
        try {
            return OffsetDateTime.parse(text, text.indexOf('/') > 0 ? TIME : DateTimeFormatter.ISO_OFFSET_DATE_TIME);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private record Request(String method, String page) {
        static Request of(String request) {
            String[] words = request == null ? new String[0] : request.strip().split("\\s+");
            if (words.length >= 2 && METHOD.matcher(words[0]).matches()) {
                String last = words[words.length - 1];
                int end = words.length > 2 && last.startsWith("HTTP/") ? words.length - 1 : words.length;
                // A target with spaces in it breaks the rules and is common.
                return new Request(
                        words[0].toUpperCase(Locale.ROOT),
                        CombinedLog.path(String.join(" ", Arrays.copyOfRange(words, 1, end))));
            }
            // No request line at all: a closed connection, a TLS greeting on a plain port, a probe.
            return new Request(null, present(request) == null ? "-" : request.strip());
        }
    }

    /** The path without the host and without the query. */
    private static String path(String target) {
        String path = ORIGIN.matcher(target).replaceFirst("");
        int end = path.length();
        for (char mark : new char[] {'?', '#'}) {
            int at = path.indexOf(mark);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return end == 0 ? "/" : path.substring(0, end);
    }

    private static String present(String text) {
        return text == null || text.isBlank() || text.equals("-") ? null : text;
    }

    private static Integer integer(String word, int most) {
        Long number = number(word);
        return number == null || number > most ? null : Integer.valueOf(number.intValue());
    }

    private static Long number(String word) {
        return word != null && word.matches("\\d{1,18}") ? Long.valueOf(word) : null;
    }

    /** The fields after the time, one by one; null when the line has no more. */
    private static final class Fields {
        private final String text;
        private int position;

        Fields(String text, int position) {
            this.text = text;
            this.position = position;
        }

        String word() {
            skipSpaces();
            if (position == text.length() || text.charAt(position) == '"') {
                return null; // the next field is a quoted one: this one was left out
            }
            int end = text.indexOf(' ', position);
            end = end < 0 ? text.length() : end;
            String word = text.substring(position, end);
            position = end;
            return word;
        }

        String quoted() {
            skipSpaces();
            if (position == text.length() || text.charAt(position) != '"') {
                return word();
            }
            StringBuilder content = new StringBuilder();
            int at = position + 1;
            while (at < text.length() && !closes(at)) {
                if (text.charAt(at) == '\\' && at + 1 < text.length() && "\"\\".indexOf(text.charAt(at + 1)) >= 0) {
                    at++;
                }
                content.append(text.charAt(at));
                at++;
            }
            position = Math.min(at + 1, text.length()); // a line that was cut off has no closing quote
            return content.toString();
        }

        /** A quote within a field that nobody escaped is not followed by a space. */
        private boolean closes(int at) {
            return text.charAt(at) == '"' && (at + 1 == text.length() || text.charAt(at + 1) == ' ');
        }

        private void skipSpaces() {
            while (position < text.length() && text.charAt(position) == ' ') {
                position++;
            }
        }
    }
}
