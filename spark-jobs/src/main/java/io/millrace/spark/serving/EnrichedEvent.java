package io.millrace.spark.serving;

import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * What aggregates read of an enriched event. Times are epoch milliseconds.
 *
 * @param arrival when the batch that read it began, by Spark's clock; the same each time that batch is executed
 * @param partition of web.enriched
 * @param offset in that partition
 * @param region part of the country, may be null
 * @param segment customer segment, may be null
 */
record EnrichedEvent(
        String eventId,
        long eventTime,
        long receivedAt,
        String site,
        String userId,
        String type,
        String page,
        String country,
        String region,
        String device,
        String segment,
        long arrival,
        int partition,
        long offset) {

    /** The fields of the enriched events' contract that are read. */
    static final List<String> FIELDS = List.of(
            "event_id",
            "event_time",
            "received_at",
            "site",
            "user_id",
            "event_type",
            "page",
            "country",
            "region",
            "device",
            "customer_segment");

    static EnrichedEvent of(GenericRecord record, long arrival, int partition, long offset) {
        Object region = record.get("region");
        Object segment = record.get("customer_segment");
        return new EnrichedEvent(
                record.get("event_id").toString(),
                (long) record.get("event_time"),
                (long) record.get("received_at"),
                record.get("site").toString(),
                record.get("user_id").toString(),
                record.get("event_type").toString(),
                record.get("page").toString(),
                record.get("country").toString(),
                region == null ? null : region.toString(),
                record.get("device").toString(),
                segment == null ? null : segment.toString(),
                arrival,
                partition,
                offset);
    }
}
