package io.millrace.connect.http.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.http.limits.IdWindow.Claim;
import io.millrace.connect.http.limits.IdWindow.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final IdWindow window = new IdWindow(2, 1_000, nanos::get);
    private final Object owner = new Object();
    private final List<Boolean> told = new ArrayList<>();

    @Test
    void whatIsStoredIsKnownForAWhile() {
        assertThat(claim("a")).isEqualTo(Claim.NEW);
        assertThat(claim("a")).isEqualTo(Claim.OWN);
        window.stored(id("a"));
        assertThat(claim("a")).isEqualTo(Claim.STORED);
        nanos.addAndGet(1_000_000_000L);
        assertThat(claim("a")).isEqualTo(Claim.NEW);
    }

    @Test
    void theOldestIsForgottenBeyondTheSize() {
        for (String id : List.of("a", "b", "c")) {
            claim(id);
            window.stored(id(id));
        }
        assertThat(window.count()).isEqualTo(2);
        assertThat(claim("c")).isEqualTo(Claim.STORED);
        assertThat(claim("a")).isEqualTo(Claim.NEW);
    }

    @Test
    void whoWaitsIsToldHowItEnds() {
        claim("a");
        claim("b");
        Object other = new Object();
        assertThat(window.claim(id("a"), other, told::add)).isEqualTo(Claim.PENDING);
        assertThat(window.claim(id("b"), other, told::add)).isEqualTo(Claim.PENDING);
        window.givenUp(id("a"), other);
        assertThat(told).as("only the owner gives up").isEmpty();
        window.givenUp(id("a"), owner);
        window.stored(id("b"));
        assertThat(told).containsExactly(false, true);
        assertThat(claim("a")).isEqualTo(Claim.NEW);
    }

    @Test
    void whatNobodySettlesIsForgottenToo() {
        claim("a");
        window.claim(id("a"), new Object(), told::add);
        nanos.addAndGet(1_000_000_000L);
        Object next = new Object();
        assertThat(window.claim(id("a"), next, told::add)).isEqualTo(Claim.NEW);
        window.givenUp(id("a"), owner);
        window.stored(id("a"));
        assertThat(told).containsExactly(true);
    }

    @Test
    void kindsHaveIdentitiesOfTheirOwnAndLongOnesAreShortened() {
        claim("a");
        assertThat(window.claim(Id.of("other", "a"), owner, told::add)).isEqualTo(Claim.NEW);
        assertThat(Id.of("k", "x".repeat(100_000)).id()).hasSize(64);
        assertThat(Id.of("k", "x".repeat(1_000))).isNotEqualTo(Id.of("k", "x".repeat(1_001)));
    }

    @Test
    void aBucketFillsAsTimeGoesAndALargeRequestLeavesADebt() {
        RateLimits rates = new RateLimits(10, 20, nanos::get);
        assertThat(rates.take("a", 20)).isZero();
        assertThat(rates.take("a", 5)).isEqualTo(1);
        assertThat(rates.take("b", 20)).isZero();
        nanos.addAndGet(500_000_000L);
        assertThat(rates.take("a", 5)).isZero();
        nanos.addAndGet(2_000_000_000L);
        assertThat(rates.take("a", 50))
                .as("more than ever fits, with a full bucket")
                .isZero();
        assertThat(rates.take("a", 1)).isEqualTo(4);
        assertThat(new RateLimits(0, 1, nanos::get).take("a", 1_000_000)).isZero();
    }

    @Test
    void rangesContainWhatTheyWrite() {
        AddressRanges ranges = AddressRanges.parse(List.of("10.0.0.0/9", "192.0.2.7", "2001:db8::/33"));
        assertThat(contains(ranges, "10.127.255.255")).isTrue();
        assertThat(contains(ranges, "10.128.0.0")).isFalse();
        assertThat(contains(ranges, "192.0.2.7")).isTrue();
        assertThat(contains(ranges, "192.0.2.8")).isFalse();
        assertThat(contains(ranges, "2001:db8:7fff::1")).isTrue();
        assertThat(contains(ranges, "2001:db8:8000::1")).isFalse();
        assertThat(AddressRanges.address("localhost")).isNull();
        for (String wrong : List.of("10.0.0.0/33", "a.example", "10.0.0.0/x", "")) {
            assertThatThrownBy(() -> AddressRanges.parse(List.of(wrong))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static boolean contains(AddressRanges ranges, String address) {
        return ranges.contains(AddressRanges.address(address));
    }

    private Claim claim(String id) {
        return window.claim(id(id), owner, told::add);
    }

    private static Id id(String id) {
        return Id.of("kind", id);
    }
}
