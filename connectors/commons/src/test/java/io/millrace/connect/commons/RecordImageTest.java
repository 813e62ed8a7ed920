package io.millrace.connect.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.RecordImage.Envelope;
import io.millrace.connect.commons.RecordImage.Kind;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class RecordImageTest {

    private static final Schema ROW =
            SchemaBuilder.struct().optional().field("id", Schema.INT64_SCHEMA).build();
    private static final Schema SOURCE =
            SchemaBuilder.struct().field("lsn", Schema.INT64_SCHEMA).build();
    private static final Schema EVENT = SchemaBuilder.struct()
            .name("shop.public.orders.Envelope")
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();

    @Test
    void anUpdateIsTheStateAfterIt() {
        RecordImage image = RecordImage.of(record(EVENT, event("u", row(1), row(2))), Envelope.AUTO);
        assertThat(image.kind()).isEqualTo(Kind.WRITE);
        assertThat(image.view().value()).isEqualTo(row(2));
        assertThat(image.view().valueSchema()).isEqualTo(ROW);
        assertThat(image.source().value()).isInstanceOf(Struct.class);
    }

    @Test
    void aDeletionKeepsTheLastStateToReadFrom() {
        RecordImage image = RecordImage.of(record(EVENT, event("d", row(1), null)), Envelope.AUTO);
        assertThat(image.kind()).isEqualTo(Kind.DELETE);
        assertThat(image.view().value()).isEqualTo(row(1));
    }

    @Test
    void aTombstoneIsADeletionWithoutAState() {
        RecordImage image = RecordImage.of(record(null, null), Envelope.NONE);
        assertThat(image.kind()).isEqualTo(Kind.DELETE);
        assertThat(image.view().value()).isNull();
    }

    @Test
    void aTruncationIsAboutNoKey() {
        assertThat(RecordImage.of(record(EVENT, event("t", null, null)), Envelope.AUTO)
                        .kind())
                .isEqualTo(Kind.NOTHING);
    }

    @Test
    void schemalessEventsAreUnwrappedToo() {
        Map<String, Object> event = new HashMap<>(Map.of("op", "c", "after", Map.of("id", 3), "source", Map.of()));
        assertThat(RecordImage.of(record(null, event), Envelope.AUTO).view().value())
                .isEqualTo(Map.of("id", 3));
        event.put("op", "d");
        event.put("after", null);
        assertThat(RecordImage.of(record(null, event), Envelope.AUTO).kind()).isEqualTo(Kind.DELETE);
    }

    @Test
    void aValueThatOnlyHasAFieldCalledOpIsTakenAsItIs() {
        Map<String, Object> value = Map.of("op", "d", "after", Map.of());
        assertThat(RecordImage.of(record(null, value), Envelope.AUTO).kind()).isEqualTo(Kind.WRITE);
        assertThat(RecordImage.of(record(EVENT, event("d", null, null)), Envelope.NONE)
                        .kind())
                .isEqualTo(Kind.WRITE);
    }

    @Test
    void whatIsNoEventWhereEveryValueHasToBeOneIsRefused() {
        assertThatThrownBy(() -> RecordImage.of(record(null, Map.of("id", 1)), Envelope.DEBEZIUM))
                .isInstanceOf(RecordFailure.class);
        assertThatThrownBy(() -> RecordImage.of(record(EVENT, event("x", null, null)), Envelope.AUTO))
                .isInstanceOf(RecordFailure.class)
                .hasMessageContaining("op=x");
    }

    @Test
    void theOriginalPositionSurvivesTheUnwrapping() {
        SinkRecord view = RecordImage.of(record(EVENT, event("c", null, row(1))), Envelope.AUTO)
                .view();
        assertThat(view.originalKafkaOffset()).isEqualTo(42);
        assertThat(view.key()).isEqualTo("k");
    }

    private static Struct row(long id) {
        return new Struct(ROW).put("id", id);
    }

    private static Struct event(String op, Struct before, Struct after) {
        return new Struct(EVENT)
                .put("before", before)
                .put("after", after)
                .put("source", new Struct(SOURCE).put("lsn", 1L))
                .put("op", op);
    }

    private static SinkRecord record(Schema schema, Object value) {
        return new SinkRecord("orders", 3, Schema.STRING_SCHEMA, "k", schema, value, 42);
    }
}
