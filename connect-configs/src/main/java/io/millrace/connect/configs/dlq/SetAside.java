package io.millrace.connect.configs.dlq;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Header;

/**
 * One record that somebody could not use.
 *
 * @param at when it was set aside
 * @param origin where it came from; empty when nothing says so, as in a queue without context headers
 * @param by the connector with its task, or the job's stage
 * @param stage where it failed
 * @param reason why, in one line
 * @param field the field at fault, where it is known
 * @param key may be null, as {@code value}
 * @param headers those of the record itself
 * @param attempts how often it has been replayed before it came here
 * @param isCopy whether key, value and headers are those of the original; otherwise they have to be read at its origin
 */
public record SetAside(
        Place place,
        Instant at,
        Optional<Place> origin,
        String by,
        String stage,
        String reason,
        Optional<String> field,
        byte[] key,
        byte[] value,
        List<Header> headers,
        int attempts,
        boolean isCopy) {

    public SetAside {
        headers = List.copyOf(headers);
    }
}
