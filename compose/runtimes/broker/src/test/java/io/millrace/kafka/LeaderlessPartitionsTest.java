package io.millrace.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.MetadataProvenance;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.metadata.MetadataCache;
import org.apache.kafka.server.common.KRaftVersion;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LeaderlessPartitionsTest {
    private static final ListenerName LISTENER = new ListenerName("PLAINTEXT");

    @BeforeAll
    static void mend() {
        LeaderlessPartitions.mend();
    }

    @Test
    void aPartitionWithoutLeaderIsNotTakenForADeletedOne() {
        MetadataCache cache = cacheOfOnePartitionWithoutLeader();
        assertThat(cache.getPartitionLeaderEndpoint("there", 0, LISTENER)).contains(Node.noNode());
        assertThat(cache.getPartitionLeaderEndpoint("there", 1, LISTENER)).isEmpty();
        assertThat(cache.getPartitionLeaderEndpoint("deleted", 0, LISTENER)).isEmpty();
    }

    private static MetadataCache cacheOfOnePartitionWithoutLeader() {
        Uuid topic = Uuid.randomUuid();
        MetadataDelta delta =
                new MetadataDelta.Builder().setImage(MetadataImage.EMPTY).build();
        delta.replay(new TopicRecord().setName("there").setTopicId(topic));
        delta.replay(new PartitionRecord()
                .setTopicId(topic)
                .setPartitionId(0)
                .setReplicas(List.of(1))
                .setDirectories(List.of(Uuid.randomUuid()))
                .setIsr(List.of(1))
                .setLeader(-1));
        KRaftMetadataCache cache = new KRaftMetadataCache(1, () -> KRaftVersion.KRAFT_VERSION_1);
        cache.setImage(delta.apply(MetadataProvenance.EMPTY));
        return cache;
    }
}
