package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.Broker;
import io.millrace.spark.support.Ports;
import io.millrace.spark.support.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionalProducersIT {
    private static final String TOPIC = "written";
    private static final String TASK = "millrace-test-0";

    @TempDir
    Path folder;

    private final TransactionalProducers producers = new TransactionalProducers();
    private final List<TransactionalProducer> used = new ArrayList<>();

    @Test
    void aTaskKeepsItsProducerUntilItIsToWriteToAnotherCluster() throws Exception {
        Broker first = Broker.format(folder.resolve("first"), Ports.free(), Ports.free());
        Broker second = Broker.format(folder.resolve("second"), Ports.free(), Ports.free());
        try (ServerProcess one = started(first);
                ServerProcess two = started(second)) {
            write(first, 0);
            write(first, 1);
            write(second, 0);

            assertThat(used.get(1)).as("the same settings").isSameAs(used.get(0));
            assertThat(used.get(2)).as("other settings").isNotSameAs(used.get(0));
            // Each transaction ends with a mark, which has an offset too.
            assertThat(end(first)).isEqualTo(4);
            assertThat(end(second)).isEqualTo(2);
        }
    }

    private static ServerProcess started(Broker broker) throws Exception {
        ServerProcess process = broker.start(Broker.SMALL);
        process.await(Duration.ofSeconds(120), () -> Ports.isOpen(broker.port()));
        try (Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        return process;
    }

    private void write(Broker broker, long batch) {
        byte[] value = "a record".getBytes(StandardCharsets.UTF_8);
        producers.use(TASK, Map.of("bootstrap.servers", broker.bootstrapServers()), TOPIC, producer -> {
            used.add(producer);
            return producer.write(
                    List.of(new ProducerRecord<byte[], byte[]>(TOPIC, value)).iterator(),
                    new BatchMark("query", batch));
        });
    }

    private static long end(Broker broker) throws Exception {
        TopicPartition partition = new TopicPartition(TOPIC, 0);
        try (Admin admin = admin(broker)) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private static Admin admin(Broker broker) throws IOException {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
