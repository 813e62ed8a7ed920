package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchMarkTest {

    @Test
    void aLaterBatchOfTheSameQueryCoversTheEarlierOnes() {
        BatchMark third = new BatchMark("query", 3);
        assertThat(third.covers(new BatchMark("query", 3))).isTrue();
        assertThat(third.covers(new BatchMark("query", 2))).isTrue();
        assertThat(third.covers(new BatchMark("query", 4))).isFalse();
    }

    @Test
    void aNewQueryStartsAnew() {
        assertThat(new BatchMark("old", 99).covers(new BatchMark("new", 0))).isFalse();
    }

    @Test
    void textRoundTripsAndForeignTextIsNoMark() {
        BatchMark mark = new BatchMark("f3-a:b", 12);
        assertThat(BatchMark.parse(mark.text())).contains(mark);
        assertThat(BatchMark.parse("")).isEmpty();
        assertThat(BatchMark.parse("abc")).isEmpty();
        assertThat(BatchMark.parse("abc:x")).isEmpty();
    }
}
