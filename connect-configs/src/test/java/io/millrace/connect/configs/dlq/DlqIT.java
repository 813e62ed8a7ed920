package io.millrace.connect.configs.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.command.ControlCommands;
import io.millrace.connect.configs.command.ControlDefaults;
import io.millrace.connect.configs.environment.ConnectAccess;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.KafkaAccess;
import io.millrace.connect.configs.environment.RegistryAccess;
import io.millrace.testing.KafkaServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on a real broker, on dead letters as Connect writes them. */
class DlqIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static KafkaServer kafka;
    private static KafkaProducer<String, String> producer;

    @BeforeAll
    static void startABroker() throws Exception {
        kafka = KafkaServer.start(folder);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap()), new StringSerializer(), new StringSerializer());
    }

    @AfterAll
    static void stopTheBroker() throws Exception {
        if (producer != null) {
            producer.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void everyDeadLetterGoesBackOnceWithItsKeyHeadersAndPartitionHoweverOftenItIsReplayed() throws Exception {
        kafka.createTopic("orders", 3);
        kafka.createTopic("dlq.a", 1);
        for (int i = 0; i < 5; i++) {
            deadLetter("dlq.a", "orders", 2, i, "k" + i, "v" + i, "wrong number");
        }
        JsonNode listed = find(json("list"), "dlq.a");
        assertThat(listed.path("records").asInt()).isEqualTo(5);
        assertThat(listed.path("waiting").asInt()).isEqualTo(5);
        assertThat(listed.at("/reasons/0/reason").asText()).isEqualTo("VALUE_CONVERTER: wrong number");
        assertThat(listed.at("/reasons/0/records").asInt()).isEqualTo(5);

        assertThat(json("replay", "dlq.a", "--dry-run").at("/counts/replayed").asInt())
                .isEqualTo(5);
        assertThat(kafka.read("orders")).isEmpty();

        assertThat(json("replay", "dlq.a", "--offset", "0:3")
                        .at("/counts/replayed")
                        .asInt())
                .isEqualTo(1);
        assertThat(json("replay", "dlq.a", "--offset", "0:3")
                        .at("/counts/done_before")
                        .asInt())
                .isEqualTo(1);
        assertThat(json("replay", "dlq.a", "--limit", "2")
                        .at("/counts/replayed")
                        .asInt())
                .isEqualTo(2);
        assertThat(json("replay", "dlq.a").at("/counts/replayed").asInt()).isEqualTo(2);
        assertThat(json("replay", "dlq.a").path("records")).isEmpty();

        List<ConsumerRecord<String, String>> orders = records("orders", 5);
        assertThat(orders).extracting(ConsumerRecord::value).containsExactlyInAnyOrder("v0", "v1", "v2", "v3", "v4");
        assertThat(orders).allSatisfy(record -> {
            assertThat(record.partition()).isEqualTo(2);
            assertThat(record.key()).isEqualTo("k" + record.value().substring(1));
            assertThat(header(record, "trace")).isEqualTo("t");
            assertThat(header(record, ReplayHeaders.ATTEMPT)).isEqualTo("1");
            assertThat(header(record, ReplayHeaders.OF))
                    .isEqualTo("dlq.a-0@" + record.value().substring(1));
            assertThat(record.headers().lastHeader("__connect.errors.topic")).isNull();
        });
        assertThat(find(json("list"), "dlq.a").path("waiting").asInt()).isZero();
    }

    @Test
    void aRecordThatCameBackTooOftenIsLeftAndTold() throws Exception {
        kafka.createTopic("returns", 1);
        kafka.createTopic("dlq.b", 1);
        ProducerRecord<String, String> record = letter("dlq.b", "returns", 0, 0, "k", "v", "still wrong");
        record.headers().add(ReplayHeaders.ATTEMPT, "3".getBytes(StandardCharsets.UTF_8));
        producer.send(record).get();

        Outcome outcome = run("replay", "dlq.b");
        assertThat(outcome.exitCode).isEqualTo(1);
        assertThat(outcome.out).contains("replayed 3 times already");
        assertThat(kafka.read("returns")).isEmpty();
        assertThat(run("replay", "dlq.b", "--max-attempts", "4").exitCode).isZero();
        assertThat(header(records("returns", 1).get(0), ReplayHeaders.ATTEMPT)).isEqualTo("4");
    }

    @Test
    void anOldStateIsNotPutBackOverANewerOneOfTheSameKey() throws Exception {
        kafka.createTopic("states", 1, Map.of("cleanup.policy", "compact"));
        kafka.createTopic("dlq.c", 1);
        producer.send(new ProducerRecord<>("states", "k", "old")).get();
        producer.send(new ProducerRecord<>("states", "other", "old")).get();
        producer.send(new ProducerRecord<>("states", "k", "new")).get();
        deadLetter("dlq.c", "states", 0, 0, "k", "old", "store was full");
        deadLetter("dlq.c", "states", 0, 1, "other", "old", "store was full");

        JsonNode report = json("replay", "dlq.c");
        assertThat(report.at("/counts/superseded").asInt()).isEqualTo(1);
        assertThat(report.at("/counts/replayed").asInt()).isEqualTo(1);
        List<ConsumerRecord<String, String>> states = records("states", 4);
        assertThat(states.get(states.size() - 1).key()).isEqualTo("other");
        assertThat(states.stream().filter(state -> state.key().equals("k")).reduce((first, second) -> second))
                .hasValueSatisfying(state -> assertThat(state.value()).isEqualTo("new"));
    }

    @Test
    void aRecordWithoutContextIsLeftUntilATopicIsNamed() throws Exception {
        kafka.createTopic("anywhere", 1);
        kafka.createTopic("dlq.d", 1);
        producer.send(new ProducerRecord<>("dlq.d", "k", "v")).get();

        Outcome left = run("replay", "dlq.d");
        assertThat(left.exitCode).isEqualTo(1);
        assertThat(left.out).contains("--to");
        assertThat(run("replay", "dlq.d", "--to", "anywhere").exitCode).isZero();
        assertThat(records("anywhere", 1)).extracting(ConsumerRecord::value).containsExactly("v");
    }

    @Test
    void showTellsWhereARecordCameFromAndWhyAndAMisspeltTopicIsToldWithThoseThatThereAre() throws Exception {
        kafka.createTopic("dlq.e", 1);
        deadLetter("dlq.e", "orders", 1, 42, "the-key", "the-value", "too long");

        Outcome shown = run("show", "dlq.e");
        assertThat(shown.exitCode).isZero();
        assertThat(shown.out).contains("orders-1@42", "sink-7", "VALUE_CONVERTER", "too long", "the-key", "the-value");
        Outcome wrong = run("show", "dlq.x");
        assertThat(wrong.exitCode).isEqualTo(2);
        assertThat(wrong.err).contains("dlq.x", "dlq.e");
        assertThat(run("show", "dlq.e", "--offset", "0:99").exitCode).isEqualTo(2);
    }

    private static void deadLetter(
            String queue, String topic, int partition, long offset, String key, String value, String reason)
            throws Exception {
        producer.send(letter(queue, topic, partition, offset, key, value, reason))
                .get();
    }

    private static ProducerRecord<String, String> letter(
            String queue, String topic, int partition, long offset, String key, String value, String reason) {
        ProducerRecord<String, String> record = new ProducerRecord<>(queue, key, value);
        Map.of(
                        "trace",
                        "t",
                        "__connect.errors.topic",
                        topic,
                        "__connect.errors.partition",
                        Integer.toString(partition),
                        "__connect.errors.offset",
                        Long.toString(offset),
                        "__connect.errors.connector.name",
                        "sink",
                        "__connect.errors.task.id",
                        "7",
                        "__connect.errors.stage",
                        "VALUE_CONVERTER",
                        "__connect.errors.exception.message",
                        reason)
                .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    /** A transaction's end can be seen a moment after its commit was answered. */
    private static List<ConsumerRecord<String, String>> records(String topic, int count) {
        await().until(() -> kafka.read(topic).size() >= count);
        return kafka.read(topic);
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static JsonNode find(JsonNode topics, String name) {
        for (JsonNode topic : topics) {
            if (topic.path("topic").asText().equals(name)) {
                return topic;
            }
        }
        throw new AssertionError("no " + name + " in " + topics);
    }

    private static JsonNode json(String... arguments) throws Exception {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return JSON.readTree(run(all).out);
    }

    private record Outcome(int exitCode, String out, String err) {}

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine tool = new CommandLine(new Root());
        ControlCommands.all(new Defaults()).forEach(tool::addSubcommand);
        tool.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        String[] all = new String[arguments.length + 1];
        all[0] = "dlq";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int exitCode = tool.execute(all);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    @Command(name = "millrace")
    private static final class Root {}

    private static final class Defaults implements ControlDefaults {
        @Override
        public Path connectors() {
            return folder;
        }

        @Override
        public Path contracts() {
            return folder;
        }

        @Override
        public Path environments() {
            return folder;
        }

        @Override
        public Environment local() {
            return Environment.of(
                    "test",
                    "test",
                    ConnectAccess.plain("http://127.0.0.1:1"),
                    KafkaAccess.plain(kafka.bootstrap()),
                    RegistryAccess.plain("http://127.0.0.1:1"));
        }
    }
}
