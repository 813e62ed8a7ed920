package io.millrace.connect.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.commons.FatalFailure;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final ErrorAnswer BUSY = new ErrorAnswer(429, "es_rejected_execution_exception", "queue is full");

    @Test
    void anOperationThatHasOvertakenARefusedOneOnItsDocumentIsRepeatedAfterIt() {
        Item first = item("a");
        Item other = item("b");
        Item second = item("a");
        Outcome outcome = Outcome.of(List.of(first, other, second), Arrays.asList(BUSY, null, null), "here");
        assertThat(outcome.again()).containsExactly(first, second);
        assertThat(outcome.done()).containsExactly(other);
    }

    @Test
    void aVersionedOperationNeedsNoRepetition() {
        Item first = item(null);
        Item second = item(null);
        Outcome outcome = Outcome.of(List.of(first, second), Arrays.asList(BUSY, null), "here");
        assertThat(outcome.again()).containsExactly(first);
        assertThat(outcome.done()).containsExactly(second);
    }

    @Test
    void anOlderVersionCountsAsAppliedAndADocumentThatDoesNotFitIsRefused() {
        ErrorAnswer older = new ErrorAnswer(409, "version_conflict_engine_exception", "");
        ErrorAnswer unfit = new ErrorAnswer(400, "document_parsing_exception", "n is no number");
        Item first = item(null);
        Item second = item(null);
        Outcome outcome = Outcome.of(List.of(first, second), List.of(older, unfit), "here");
        assertThat(outcome.applied()).isEqualTo(1);
        assertThat(outcome.done()).containsExactly(first);
        assertThat(outcome.refused()).extracting(Outcome.Refused::item).containsExactly(second);
        assertThat(outcome.refused().get(0).reason()).hasMessageContaining("n is no number");
    }

    @Test
    void aRefusalOfTheUserEndsItAll() {
        ErrorAnswer refused = new ErrorAnswer(403, "security_exception", "no permission");
        Outcome outcome = Outcome.of(List.of(item(null)), List.of(refused), "here");
        assertThat(outcome.fatal()).isInstanceOf(FatalFailure.class);
        assertThat(outcome.done()).isEmpty();
    }

    private static Item item(String id) {
        return new Item(new SinkRecord("t", 0, null, "k", null, null, 0), new Progress(), Operation.INDEX, id);
    }
}
