package io.millrace.local.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Remembers how far a store's ledger has been, to tell when the store has come back with less. The committed offset alone
 * does not tell that: it also passes over records that were set aside before they reached the sink, which no ledger has.
 * What was lost before the first look is not known here. One thread.
 */
final class LedgerBaseline {
    private static final long NOTHING = -1;

    private record Place(String connector, TopicPartition partition) {}

    private final Map<Place, Long> highest = new HashMap<>();

    /**
     * Compares what a store has now with what it had.
     *
     * @param stored highest offset in the store by partition, for each connector that writes to it
     * @param committed the next offset that each connector's consumers have committed
     * @return of how many partitions the store lacks records that it had and that will not be delivered again by
     *     themselves, for each connector that it has or had anything of
     */
    Map<String, Integer> behind(
            Map<String, Map<TopicPartition, Long>> stored, Map<String, Map<TopicPartition, Long>> committed) {
        stored.forEach((connector, offsets) -> offsets.forEach(
                (partition, offset) -> highest.merge(new Place(connector, partition), offset, Math::max)));
        Map<String, Integer> behind = new TreeMap<>();
        stored.keySet().forEach(connector -> behind.put(connector, 0));
        highest.entrySet().removeIf(known -> {
            Place place = known.getKey();
            long has = stored.getOrDefault(place.connector(), Map.of()).getOrDefault(place.partition(), NOTHING);
            Long promised = committed.getOrDefault(place.connector(), Map.of()).get(place.partition());
            if (promised == null || promised <= has + 1) {
                // All is there that was promised: offsets were set back, or the topic was made anew.
                known.setValue(has);
                return promised == null;
            }
            behind.merge(place.connector(), has < known.getValue() ? 1 : 0, Integer::sum);
            return false;
        });
        return behind;
    }
}
