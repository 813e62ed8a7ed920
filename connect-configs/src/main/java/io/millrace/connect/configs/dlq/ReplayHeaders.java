package io.millrace.connect.configs.dlq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The marks on a record that was replayed. */
public final class ReplayHeaders {
    /** How often the record has been replayed. */
    public static final String ATTEMPT = "millrace.replay.attempt";
    /** Where it was set aside. */
    public static final String OF = "millrace.replay.of";

    /** What Connect adds to a dead letter. */
    static final String CONNECT = "__connect.errors.";

    private ReplayHeaders() {}

    static int attempts(Headers headers) {
        return text(headers, ATTEMPT)
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    /** A record's own headers, without those that tell of an earlier failure or replay. */
    static List<Header> own(Headers headers) {
        List<Header> own = new ArrayList<>();
        for (Header header : headers) {
            if (!header.key().startsWith(CONNECT)
                    && !header.key().equals(ATTEMPT)
                    && !header.key().equals(OF)) {
                own.add(header);
            }
        }
        return own;
    }

    static List<Header> marked(SetAside record, List<Header> own) {
        List<Header> headers = new ArrayList<>(own);
        headers.add(header(ATTEMPT, Integer.toString(record.attempts() + 1)));
        headers.add(header(OF, record.place().toString()));
        return headers;
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
