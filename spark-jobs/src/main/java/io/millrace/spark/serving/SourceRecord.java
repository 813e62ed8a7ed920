package io.millrace.spark.serving;

import java.io.Serializable;

/** Where a record stands in Kafka. */
public record SourceRecord(String topic, int partition, long offset) implements Serializable {

    @Override
    public String toString() {
        return topic + "-" + partition + "@" + offset;
    }
}
