package io.millrace.connect.commons.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeTest {
    @Property
    void everyTimeInUtcIsReadAsTheJdkReadsIt(
            @ForAll @LongRange(min = -62_135_596_800_000L, max = 253_402_300_799_999L) long millis) {
        assertThat(parse(Instant.ofEpochMilli(millis).toString())).isEqualTo(millis);
    }

    @Property
    void everyTimeWithAnOffsetIsReadAsTheJdkReadsIt(
            @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long millis,
            @ForAll @IntRange(min = -64_800, max = 64_800) int offset) {
        String text = Instant.ofEpochMilli(millis)
                .atOffset(ZoneOffset.ofTotalSeconds(offset))
                .toString();
        assertThat(parse(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Z",
                "today",
                "2015-05-17",
                "2015-05-17T10:05:00",
                "2015-13-17T10:05:00Z",
                "2015-02-30T10:05:00Z",
                "2015-05-17T25:05:00Z",
                "2015-05-17T10:05:60Z",
                "2015-05-1xT10:05:00Z",
                "2015-05-17T10:05:00.12xZ"
            })
    void whatIsNoTimeWithAZoneIsNone(String text) {
        assertThat(parse(text)).isEqualTo(EventTime.NONE);
    }

    @Test
    void theDaysThatNotEveryMonthHasAreThere() {
        assertThat(parse("2016-02-29T00:00:00Z"))
                .isEqualTo(Instant.parse("2016-02-29T00:00:00Z").toEpochMilli());
    }

    @Test
    void aTimeThatSqlCannotHoldIsOutOfRange() {
        assertThat(EventTime.inRange(Instant.parse("2099-01-01T00:00:00Z").toEpochMilli()))
                .isTrue();
        assertThat(EventTime.inRange(1_431_857_100_000_000L)).isFalse();
        assertThat(EventTime.inRange(EventTime.NONE)).isFalse();
    }

    private static long parse(String text) {
        // Surrounded by other text, as it is in a parser's buffer.
        char[] buffer = ("\"" + text + "\"").toCharArray();
        return EventTime.parse(buffer, 1, text.length());
    }
}
