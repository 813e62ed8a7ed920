package io.millrace.connect.http;

import io.millrace.testing.Built;
import io.millrace.testing.ConnectWorker;
import io.millrace.testing.KafkaServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A broker and a worker with exactly-once support that has this connector and the Avro converter. */
final class LocalKafka implements AutoCloseable {
    private final Path folder;
    private KafkaServer broker;
    private ConnectWorker worker;

    LocalKafka(Path folder) {
        this.folder = folder;
    }

    void startBroker() throws IOException, InterruptedException {
        if (broker == null) {
            broker = KafkaServer.start(folder);
        } else {
            broker.start();
        }
    }

    void startWorker() throws IOException {
        if (worker == null) {
            worker = ConnectWorker.start(folder, broker, options(true));
        } else {
            worker.start();
        }
    }

    KafkaServer broker() {
        return broker;
    }

    /** A worker with this connector and the Avro converter. */
    static ConnectWorker.Options options(boolean exactlyOnce) {
        return ConnectWorker.Options.plugins(Built.plugin("http-source"), Built.plugin("avro-converter"))
                .with(Map.of("exactly.once.source.support", exactlyOnce ? "enabled" : "disabled"));
    }

    void killBroker() throws InterruptedException {
        broker.process().kill();
    }

    void killWorker() throws InterruptedException {
        worker.process().kill();
    }

    void createTopic(String name) throws Exception {
        broker.createTopic(name, 2);
    }

    HttpResponse<String> rest(String method, String path, String json) throws IOException, InterruptedException {
        return worker.request(method, path, json);
    }

    /** Every committed record of the topic at this moment. */
    List<ConsumerRecord<String, String>> read(String topic) {
        return read(topic, new StringDeserializer());
    }

    <V> List<ConsumerRecord<String, V>> read(String topic, Deserializer<V> values) {
        return broker.read(topic, new StringDeserializer(), values);
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws InterruptedException {
        if (worker != null) {
            worker.close();
        }
        if (broker != null) {
            broker.close();
        }
    }
}
