package io.millrace.connect.configs.status;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Begin, end and newest record of topics, asked for many partitions at once. A partition that cannot be asked is left out. */
final class TopicOffsets {
    private static final int TIMEOUT_MS = 3_000;

    private final Admin admin;

    TopicOffsets(Admin admin) {
        this.admin = admin;
    }

    /** Names of all topics. */
    Set<String> names() throws ExecutionException, InterruptedException {
        return admin.listTopics().names().get();
    }

    /** The partitions of those topics that exist. */
    List<TopicPartition> partitions(Collection<String> topics) throws InterruptedException {
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(Set.copyOf(topics)).topicNameValues();
        return descriptions.values().stream()
                .flatMap(future -> answer(future).stream())
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
    }

    Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
        return ask(partitions, OffsetSpec::earliest).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Ends of what is committed. */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return ask(partitions, OffsetSpec::latest).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Timestamps of the newest records, in milliseconds since 1970, of partitions that have one. */
    Map<TopicPartition, Long> newest(Collection<TopicPartition> partitions) {
        return ask(partitions, OffsetSpec::maxTimestamp).entrySet().stream()
                .filter(entry -> entry.getValue().offset() >= 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().timestamp()));
    }

    /** The greatest value of a topic's partitions. */
    static OptionalLong greatest(Map<TopicPartition, Long> values, Collection<String> topics) {
        return values.entrySet().stream()
                .filter(entry -> topics.contains(entry.getKey().topic()))
                .mapToLong(Map.Entry::getValue)
                .max();
    }

    private Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ask(
            Collection<TopicPartition> partitions, Supplier<OffsetSpec> spec) {
        Map<TopicPartition, OffsetSpec> request =
                partitions.stream().distinct().collect(Collectors.toMap(one -> one, one -> spec.get()));
        ListOffsetsResult result =
                admin.listOffsets(request, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(TIMEOUT_MS));
        Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> answers = new HashMap<>();
        request.keySet()
                .forEach(one -> answer(result.partitionResult(one)).ifPresent(there -> answers.put(one, there)));
        return answers;
    }

    private static <T> Optional<T> answer(KafkaFuture<T> future) {
        try {
            return Optional.of(future.get());
        } catch (ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
