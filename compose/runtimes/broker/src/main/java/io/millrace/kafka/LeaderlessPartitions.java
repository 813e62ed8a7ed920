package io.millrace.kafka;

import java.util.Optional;
import javassist.CannotCompileException;
import javassist.ClassPool;
import javassist.CtClass;
import javassist.NotFoundException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.metadata.MetadataCache;

/**
 * Mends KAFKA-20734 in the broker that is about to start.
 *
 * <p>A transaction coordinator of Kafka 4.3.0 to 4.4.0 takes a partition without a leader for a deleted one: the metadata
 * cache answers for both that there is nothing. It then leaves the partition's commit or abort marker out and calls the
 * transaction complete. A single broker that was killed is without leaders for a moment when it comes back, and what was in
 * transactions then stays open in these partitions for ever: readers of committed records, Connect among them, wait behind it,
 * and records whose commit was acknowledged are never seen. With the answer that older brokers give, that the leader is
 * not known yet, the coordinator sends the marker when it is.
 *
 * <p>Where replicas on other brokers take the lead no partition is ever without one, so a cluster does not need this.
 */
public final class LeaderlessPartitions {
    private static final String CACHE = "org.apache.kafka.metadata.KRaftMetadataCache";
    private static final String METHOD = "getPartitionLeaderEndpoint";

    private LeaderlessPartitions() {}

    /**
     * Has to run before anything loads the broker's metadata cache.
     *
     * @throws IllegalStateException when the broker on the class path is none that this was made for
     */
    static void mend() {
        try {
            CtClass cache = ClassPool.getDefault().get(CACHE);
            cache.getDeclaredMethod(METHOD)
                    .insertAfter("$_ = " + LeaderlessPartitions.class.getName() + ".leader($_, $0, $1, $2);");
            cache.toClass(MetadataCache.class);
        } catch (NotFoundException | CannotCompileException e) {
            throw new IllegalStateException(
                    "this Kafka has no " + CACHE + "." + METHOD + " to mend, or it is loaded already; see whether its"
                            + " release notes name KAFKA-20734 and start kafka.Kafka instead",
                    e);
        }
    }

    /**
     * The answer for a partition.
     *
     * @param found what the cache has found
     * @return {@link Node#noNode()} when the partition is there and its leader is not
     */
    public static Optional<Node> leader(Optional<Node> found, MetadataCache cache, String topic, int partition) {
        return found.isEmpty() && cache.contains(new TopicPartition(topic, partition))
                ? Optional.of(Node.noNode())
                : found;
    }
}
