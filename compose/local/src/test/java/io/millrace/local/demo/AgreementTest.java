package io.millrace.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.shop.ShopDatabase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgreementTest {
    @Test
    void numbersThatFitTogetherAgree() {
        assertThat(Agreement.differences(fitting())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                Numbers.MISSING,
                Numbers.KAFKA,
                Numbers.KAFKA_RECORDS,
                Numbers.RAW,
                Numbers.RAW_ROWS,
                Numbers.ENRICHED,
                Numbers.ENRICHED_IDS,
                Numbers.QUARANTINED,
                Numbers.SESSIONS,
                Numbers.SESSION_EVENTS,
                Numbers.ELASTICSEARCH,
                Numbers.ELASTICSEARCH_SESSIONS,
                Numbers.ELASTICSEARCH_SESSION_EVENTS,
                Numbers.REDIS,
                "mirror orders, lake",
                "mirror orders, database",
                "mirror customers, rows that differ"
            })
    void oneMoreAnywhereIsNoticedAndNamed(String hop) {
        Numbers numbers = fitting();
        numbers.put(hop, numbers.get(hop) + 1);
        assertThat(Agreement.differences(numbers)).isNotEmpty().allSatisfy(difference -> assertThat(difference.hops())
                .contains(hop));
    }

    @Test
    void aStoreThatCannotBeReadIsADifferenceWithItsReason() {
        Numbers numbers = fitting();
        numbers.fail(Numbers.REDIS, "cannot read from Redis");
        assertThat(Agreement.differences(numbers))
                .extracting(Difference::text)
                .containsExactly("redis requests: cannot read from Redis");
    }

    @Test
    void moreInKafkaThanWasSentIsNoDifference() {
        Numbers numbers = fitting();
        numbers.put(Numbers.ACCEPTED, 10);
        assertThat(Agreement.differences(numbers)).isEmpty();
    }

    @Test
    void waitingEndsWhenEverythingAgreesAndReadsAllAgainBefore() throws InterruptedException {
        Numbers numbers = fitting();
        List<Long> redis = new ArrayList<>(List.of(40L, 97L));
        int[] others = {0};
        List<Hop> hops = List.of(
                new Hop(
                        List.of(Numbers.REDIS),
                        into -> into.put(Numbers.REDIS, redis.size() > 1 ? redis.remove(0) : 97)),
                new Hop(List.of(Numbers.USERS), into -> into.put(Numbers.USERS, ++others[0])));
        assertThat(new Drain(hops, numbers, java.time.Duration.ofSeconds(30)).await())
                .isEmpty();
        assertThat(numbers.get(Numbers.USERS))
                .as("read at the start and in the end")
                .isEqualTo(2);
    }

    @Test
    void waitingEndsWithTheDifferenceWhenNothingMoves() throws InterruptedException {
        Numbers numbers = fitting();
        List<Hop> hops = List.of(new Hop(List.of(Numbers.REDIS), into -> into.put(Numbers.REDIS, 96)));
        assertThat(new Drain(hops, numbers, java.time.Duration.ofMillis(200)).await())
                .extracting(Difference::text)
                .containsExactly("redis requests 96 is not lake enriched 97");
    }

    private static Numbers fitting() {
        Numbers numbers = new Numbers();
        numbers.put(Numbers.ACCEPTED, 100);
        numbers.put(Numbers.MISSING, 0);
        numbers.put(Numbers.KAFKA, 100);
        numbers.put(Numbers.KAFKA_RECORDS, 103);
        numbers.put(Numbers.RAW, 100);
        numbers.put(Numbers.RAW_ROWS, 103);
        numbers.put(Numbers.ENRICHED, 97);
        numbers.put(Numbers.ENRICHED_IDS, 97);
        numbers.put(Numbers.QUARANTINED, 3);
        numbers.put(Numbers.SESSIONS, 12);
        numbers.put(Numbers.SESSION_EVENTS, 97);
        numbers.put(Numbers.USERS, 5);
        numbers.put(Numbers.ELASTICSEARCH, 97);
        numbers.put(Numbers.ELASTICSEARCH_SESSIONS, 12);
        numbers.put(Numbers.ELASTICSEARCH_SESSION_EVENTS, 97);
        numbers.put(Numbers.REDIS, 97);
        for (String table : ShopDatabase.TABLES) {
            numbers.put(Numbers.source(table), 20);
            numbers.put(Numbers.mirror(table), 20);
            numbers.put(Numbers.different(table), 0);
        }
        return numbers;
    }
}
