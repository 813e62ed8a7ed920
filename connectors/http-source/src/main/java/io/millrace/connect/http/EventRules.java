package io.millrace.connect.http;

/**
 * How strictly events are judged beyond their types.
 *
 * @param ignoreUnknown whether fields that the contract does not have are left out rather than refused
 * @param maxFutureMs milliseconds that the time of an event may be ahead of the collector's clock; negative: any
 * @param partial whether the good events of a request are taken when others are not
 */
record EventRules(boolean ignoreUnknown, long maxFutureMs, boolean partial) {
    static final EventRules STRICT = new EventRules(false, -1, false);
}
