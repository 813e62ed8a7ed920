package io.millrace.tests;

import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What an account may do at the brokers: asked of the broker, and tried. */
final class KafkaRights {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Access stack;
    private final Account account;

    KafkaRights(Access stack, Account account) {
        this.stack = stack;
        this.account = account;
    }

    /** {@code r}, {@code w} or {@code rw} of each topic of which the broker grants something. */
    Map<String, String> topics(Collection<String> topics) throws Exception {
        Map<String, String> rights = new TreeMap<>();
        try (Admin admin = Admin.create(properties())) {
            Map<String, KafkaFuture<TopicDescription>> asked = admin.describeTopics(
                            topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues();
            for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : asked.entrySet()) {
                try {
                    Set<AclOperation> may =
                            topic.getValue().get(15, TimeUnit.SECONDS).authorizedOperations();
                    String text = (may.contains(AclOperation.READ) ? "r" : "")
                            + (may.contains(AclOperation.WRITE) ? "w" : "");
                    if (!text.isEmpty()) {
                        rights.put(topic.getKey(), text);
                    }
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof AuthorizationException)) {
                        throw e;
                    }
                }
            }
        }
        return rights;
    }

    boolean mayProduce(String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, new byte[0])).get(15, TimeUnit.SECONDS);
            return true;
        } catch (AuthorizationException refused) {
            return false;
        } catch (ExecutionException | KafkaException e) {
            // The latter when the producer was refused before this thread came to send.
            return notAuthorized(e);
        }
    }

    boolean mayUseTransactionalId(String id) {
        Map<String, Object> properties = properties();
        properties.put("transactional.id", id);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            return true;
        } catch (KafkaException e) {
            // A producer that was refused before this thread looked answers with its state, and the refusal as the
            // cause.
            return notAuthorized(e);
        }
    }

    /** Whether it may read what the group has read, as a member could. */
    boolean mayUseGroup(String group) {
        Map<String, Object> properties = properties();
        properties.put("group.id", group);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.committed(Set.of(new TopicPartition("serving.sessions", 0)), PATIENCE);
            return true;
        } catch (AuthorizationException refused) {
            return false;
        }
    }

    boolean mayCreate(String topic) throws Exception {
        try (Admin admin = Admin.create(properties())) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(15, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return notAuthorized(e);
        }
    }

    boolean mayListAcls() throws Exception {
        try (Admin admin = Admin.create(properties())) {
            admin.describeAcls(org.apache.kafka.common.acl.AclBindingFilter.ANY)
                    .values()
                    .get(15, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            return notAuthorized(e);
        }
    }

    /** False when a refusal is among the causes; anything else is thrown on. */
    private static <E extends Exception> boolean notAuthorized(E failure) throws E {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException) {
                return false;
            }
        }
        throw failure;
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(stack.kafka(account));
        properties.put("default.api.timeout.ms", 15_000);
        properties.put("request.timeout.ms", 10_000);
        return properties;
    }
}
