package io.millrace.spark.serving;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import java.io.Serializable;
import java.util.List;

/**
 * What counting needs to know of an event kind besides its schema, as tasks carry it.
 *
 * @param topic its topic, which is also its name
 * @param id the field that identifies an event; null when every record counts
 * @param time the field of the event time; null when the Kafka timestamp stands in
 * @param received the field of the received time; null when the Kafka timestamp stands in
 */
public record EventKind(String topic, String id, String time, String received, TimeRules rules)
        implements Serializable {
    /** @param contract of an event kind */
    public static EventKind of(Contract contract) {
        EventSpec event = contract.event().orElseThrow();
        return new EventKind(
                contract.name(),
                event.id().orElse(null),
                event.time().orElse(null),
                event.received().orElse(null),
                TimeRules.of(contract.lateData()));
    }

    /** The contracts of all event kinds but web events, which have jobs of their own. */
    static List<Contract> contracts(Catalogue catalogue) {
        return catalogue.keptKinds().stream()
                .filter(contract -> !contract.name().equals(Topics.WEB_EVENTS))
                .toList();
    }
}
