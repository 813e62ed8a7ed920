package io.millrace.connect.file;

import io.millrace.testing.KafkaServer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a topic of one partition holds of records that count up, read with {@code read_committed} and without keeping them.
 *
 * @param records how many there are
 * @param distinct how many different ones
 * @param repeated how many are there for the second time or more
 * @param lowest number
 * @param inOrder whether they count up
 */
record Numbered(long records, long distinct, long repeated, long lowest, boolean inOrder) {

    /** Where committed records end: no less than there are, as the ends of transactions count. */
    static long committed(KafkaServer kafka, String topic) {
        try (KafkaConsumer<String, String> consumer = consumer(kafka)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            return consumer.endOffsets(List.of(partition)).get(partition);
        }
    }

    /** @param skip so many records are left out at the beginning */
    static Numbered read(KafkaServer kafka, String topic, long skip) {
        try (KafkaConsumer<String, String> consumer = consumer(kafka)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            BitSet seen = new BitSet();
            long passed = 0;
            long records = 0;
            long repeated = 0;
            long before = -1;
            boolean inOrder = true;
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    if (passed++ < skip) {
                        continue;
                    }
                    String value = record.value();
                    int number = Integer.parseInt(value.substring("{\"n\":".length(), value.indexOf(',')));
                    repeated += seen.get(number) ? 1 : 0;
                    seen.set(number);
                    inOrder &= number > before;
                    before = number;
                    records++;
                }
            }
            return new Numbered(records, seen.cardinality(), repeated, seen.nextSetBit(0), inOrder);
        }
    }

    private static KafkaConsumer<String, String> consumer(KafkaServer kafka) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrap(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
    }
}
