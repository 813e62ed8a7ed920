package io.millrace.connect.commons.contract;

import java.util.Arrays;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;

/** What the collector does with a field, as the contract says in the field's {@code collector} property. */
enum CollectorRule {
    /** The client's business alone. */
    NONE("", Set.of()),
    /** Always the time of acceptance; a client must not send the field. */
    ALWAYS_RECEIVED_AT("always-received-at", times()),
    RECEIVED_AT_IF_ABSENT("received-at-if-absent", times()),
    RANDOM_ID_IF_ABSENT("random-id-if-absent", Set.of(PlainType.STRING, PlainType.UUID)),
    CLIENT_ADDRESS_IF_ABSENT("client-address-if-absent", Set.of(PlainType.STRING)),
    USER_AGENT_IF_ABSENT("user-agent-if-absent", Set.of(PlainType.STRING));

    static final String PROPERTY = "collector";

    private final String text;
    private final Set<FieldType> types;

    CollectorRule(String text, Set<FieldType> types) {
        this.text = text;
        this.types = types;
    }

    private static Set<FieldType> times() {
        return Set.of(PlainType.LONG, TemporalType.TIMESTAMP_MILLIS, TemporalType.TIMESTAMP_MICROS);
    }

    /** @throws IllegalArgumentException for a text that is no rule, naming the rules there are */
    static CollectorRule of(String text) {
        if (text == null) {
            return NONE;
        }
        for (CollectorRule rule : values()) {
            if (rule != NONE && rule.text.equals(text)) {
                return rule;
            }
        }
        throw new IllegalArgumentException("has the unknown collector rule " + text + "; there are "
                + Arrays.stream(values()).skip(1).map(rule -> rule.text).collect(Collectors.joining(", ")));
    }

    /** The rule as the contract writes it. */
    String text() {
        return text;
    }

    /** @throws IllegalArgumentException when the rule cannot fill a field of this type */
    void check(FieldType type) {
        if (this != NONE && !types.contains(type)) {
            throw new IllegalArgumentException("has the collector rule " + text + ", which does not fit its type");
        }
    }

    /** What the collector puts into a field that the client has left out; null when it has nothing to put there. */
    Object value(FieldType type, ReadContext context) {
        return switch (this) {
            case NONE -> null;
            case ALWAYS_RECEIVED_AT, RECEIVED_AT_IF_ABSENT -> time(type, context.receivedAt());
            case RANDOM_ID_IF_ABSENT -> context.ids().get();
            case CLIENT_ADDRESS_IF_ABSENT -> context.address();
            case USER_AGENT_IF_ABSENT -> context.userAgent();
        };
    }

    private static Object time(FieldType type, long millis) {
        if (type == TemporalType.TIMESTAMP_MILLIS) {
            return new Date(millis);
        }
        return type == TemporalType.TIMESTAMP_MICROS ? millis * 1_000 : millis;
    }
}
