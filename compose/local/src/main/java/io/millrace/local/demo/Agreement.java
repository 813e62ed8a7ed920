package io.millrace.local.demo;

import io.millrace.local.shop.ShopDatabase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which numbers must agree: the rules of the whole pipeline in one place. */
final class Agreement {
    private final Numbers numbers;
    private final List<Difference> differences = new ArrayList<>();

    private Agreement(Numbers numbers) {
        this.numbers = numbers;
    }

    /** Every pair that does not agree; empty when all do. */
    static List<Difference> differences(Numbers numbers) {
        Agreement agreement = new Agreement(numbers);
        agreement.check();
        return agreement.differences;
    }

    private void check() {
        // Everything acknowledged is there, and every record is in the lake once.
        zero(Numbers.MISSING, Numbers.KAFKA);
        equal(Numbers.RAW, Numbers.KAFKA);
        equal(Numbers.RAW_ROWS, Numbers.KAFKA_RECORDS);
        // Nothing vanishes between raw and enriched, and nothing is there twice.
        equal(Numbers.RAW, Numbers.ENRICHED, Numbers.QUARANTINED);
        equal(Numbers.ENRICHED, Numbers.ENRICHED_IDS);
        // Every enriched event is in one minute and in one session, in every store.
        equal(Numbers.ELASTICSEARCH, Numbers.ENRICHED);
        equal(Numbers.REDIS, Numbers.ENRICHED);
        equal(Numbers.SESSION_EVENTS, Numbers.ENRICHED);
        equal(Numbers.ELASTICSEARCH_SESSION_EVENTS, Numbers.ENRICHED);
        equal(Numbers.ELASTICSEARCH_SESSIONS, Numbers.SESSIONS);
        for (String table : ShopDatabase.TABLES) {
            equal(Numbers.mirror(table), Numbers.source(table));
            zero(Numbers.different(table), Numbers.mirror(table), Numbers.source(table));
        }
    }

    private void equal(String left, String... summands) {
        Set<String> hops = new LinkedHashSet<>();
        hops.add(left);
        hops.addAll(Arrays.asList(summands));
        if (unreadable(hops)) {
            return;
        }
        long sum = Arrays.stream(summands).mapToLong(numbers::get).sum();
        if (numbers.get(left) != sum) {
            List<String> right = Arrays.stream(summands)
                    .map(hop -> hop + " " + numbers.text(hop))
                    .toList();
            differences.add(
                    new Difference(hops, left + " " + numbers.text(left) + " is not " + String.join(" + ", right)));
        }
    }

    private void zero(String hop, String... involved) {
        Set<String> hops = new LinkedHashSet<>();
        hops.add(hop);
        hops.addAll(Arrays.asList(involved));
        if (!unreadable(hops) && numbers.get(hop) != 0) {
            differences.add(new Difference(hops, hop + ": " + numbers.text(hop)));
        }
    }

    private boolean unreadable(Set<String> hops) {
        Optional<String> unread =
                hops.stream().filter(hop -> numbers.find(hop).isEmpty()).findFirst();
        unread.ifPresent(hop -> {
            Difference difference = new Difference(
                    Set.of(hop), hop + ": " + numbers.failure(hop).orElse("not read yet"));
            if (!differences.contains(difference)) {
                differences.add(difference);
            }
        });
        return unread.isPresent();
    }
}
