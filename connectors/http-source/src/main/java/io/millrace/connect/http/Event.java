package io.millrace.connect.http;

import io.millrace.connect.http.limits.IdWindow;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;

/**
 * One event that keeps the contract, or one set aside because it does not.
 *
 * @param topic where its record goes
 * @param key record key; null when the contract asks for none
 * @param id the event's identity; null when the contract has no such field
 * @param sentId that identity among those of its kind when the client has sent it, by which a second copy is known; null
 *     when the collector has made it up
 * @param receivedAt when the collector accepted it, in milliseconds since 1970 UTC
 * @param value its fields
 * @param headers more headers of the record
 */
record Event(
        String topic,
        String key,
        String id,
        IdWindow.Id sentId,
        long receivedAt,
        Struct value,
        Map<String, String> headers) {}
