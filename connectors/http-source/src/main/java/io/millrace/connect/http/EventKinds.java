package io.millrace.connect.http;

import io.millrace.connect.commons.config.NearestName;
import io.millrace.connect.commons.contract.Shown;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The kinds of events that are taken, as one catalogue has them. Immutable, so it may be shared between threads.
 *
 * <p>A contract that events over HTTP cannot keep is a problem of that kind alone: if an earlier contract of the kind was
 * well it stays in use, else the kind is not taken.
 */
final class EventKinds {
    private final HttpSourceConfig config;
    private final Supplier<String> ids;
    private final Catalogue catalogue;
    private final EventKind standard;
    private final Map<String, EventKind> byTopic = new TreeMap<>();
    private final Map<String, String> notTaken = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private EventKinds(HttpSourceConfig config, Supplier<String> ids, Catalogue catalogue, EventKinds previous) {
        this.config = config;
        this.ids = ids;
        this.catalogue = catalogue;
        this.standard = standard(previous);
        for (Contract contract : catalogue.eventKinds()) {
            if (config.takes(contract.name())) {
                add(contract, previous);
            }
        }
    }

    /**
     * @param ids gives identities to events that come without, on any thread
     * @throws RuntimeException when the contract of the connector's own topic does not exist or cannot be kept over HTTP
     */
    static EventKinds of(HttpSourceConfig config, Supplier<String> ids, Catalogue catalogue) {
        return new EventKinds(config, ids, catalogue, null);
    }

    /** The kinds of another catalogue; what did not change keeps its reader, what got worse its contract. */
    EventKinds with(Catalogue newer) {
        return newer == catalogue ? this : new EventKinds(config, ids, newer, this);
    }

    /** The kind that goes to the connector's own topic. */
    EventKind standard() {
        return standard;
    }

    /** The kinds that are taken by their topics, ordered by topic. */
    Collection<EventKind> taken() {
        return byTopic.values();
    }

    /** What is wrong with contracts, in a sentence each; empty when all is well. */
    List<String> problems() {
        return problems;
    }

    /** A kind that is taken by its topic. */
    Optional<EventKind> find(String topic) {
        return Optional.ofNullable(byTopic.get(topic));
    }

    /** @throws Rejection when there is no such kind, or it is not taken here */
    EventKind require(String topic) throws Rejection {
        EventKind kind = byTopic.get(topic);
        if (kind != null) {
            return kind;
        }
        throw Rejection.notFound(reason(topic));
    }

    private String reason(String topic) {
        if (notTaken.containsKey(topic)) {
            return "events of the kind " + topic + " are not taken: " + notTaken.get(topic);
        }
        Optional<Contract> contract = catalogue.find(topic);
        if (contract.isPresent()) {
            return contract.get().isEventKind()
                    ? "events of the kind " + topic + " are not taken here; " + HttpSourceConfig.EVENT_KINDS
                            + " of this connector leaves them out"
                    : topic + " is no event kind: its records are written by "
                            + contract.get().writtenBy() + ", not by clients" + nearest(topic);
        }
        return "there is no event kind " + Shown.cut(topic) + nearest(topic);
    }

    private String nearest(String topic) {
        return NearestName.to(Shown.cut(topic), byTopic.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse(byTopic.isEmpty() ? "" : "; there are " + Shown.names(byTopic.keySet()));
    }

    private EventKind standard(EventKinds previous) {
        try {
            return kind(
                    config.topic(), catalogue.require(config.contract()), previous == null ? null : previous.standard);
        } catch (RuntimeException e) {
            if (previous == null) {
                throw e;
            }
            problems.add("the contract " + config.contract() + " cannot be used, its last good version stays in use: "
                    + e.getMessage());
            return previous.standard;
        }
    }

    private void add(Contract contract, EventKinds previous) {
        EventKind before = previous == null ? null : previous.byTopic.get(contract.name());
        try {
            byTopic.put(contract.name(), kind(contract.name(), contract, before));
        } catch (RuntimeException e) {
            if (before == null) {
                notTaken.put(contract.name(), e.getMessage());
                problems.add("events of the kind " + contract.name() + " are not taken: " + e.getMessage());
            } else {
                byTopic.put(contract.name(), before);
                problems.add("the contract " + contract.name() + " cannot be used, its last good version stays in use: "
                        + e.getMessage());
            }
        }
    }

    private EventKind kind(String topic, Contract contract, EventKind before) {
        if (before != null && Objects.equals(before.contract(), contract)) {
            return before;
        }
        EventKind kind = new EventKind(
                topic, contract, new EventReader(contract, config.route().of(topic), config.rules(), ids));
        config.converter().check(kind.reader().type());
        return kind;
    }
}
