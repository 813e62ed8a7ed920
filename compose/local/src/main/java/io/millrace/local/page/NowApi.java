package io.millrace.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.local.page.PipelineProbe.Reachable;
import io.millrace.local.page.ServingState.Minute;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisException;

/**
 * {@code GET /api/now[?site=NAME]}: the headline numbers, each with the place it was read from, and the state of each
 * hop. Every browser that looks shares one reading, which is renewed at most once a second and never takes more than a
 * fifth of the time, however large Redis has grown.
 */
final class NowApi implements HttpHandler {
    private static final Duration SHORTEST_AGE = Duration.ofSeconds(1);
    private static final int COST_FACTOR = 5;

    private final Supplier<ServingState> serving;
    private final Supplier<Reachable> pipeline;
    private final Clock clock;
    private Reading newest;

    NowApi(Supplier<ServingState> serving, Supplier<Reachable> pipeline, Clock clock) {
        this.serving = serving;
        this.pipeline = pipeline;
        this.clock = clock;
    }

    /** One look at everything; the state is empty when Redis does not answer. */
    private record Reading(Instant at, Instant renewAt, Optional<ServingState> state, Reachable reachable) {}

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (Answers.allow(exchange, "GET", "HEAD")) {
            Answers.json(
                    exchange,
                    200,
                    describe(reading(), site(exchange.getRequestURI().getRawQuery())));
        }
    }

    private synchronized Reading reading() {
        Instant started = clock.instant();
        if (newest == null || !started.isBefore(newest.renewAt)) {
            Optional<ServingState> state = state();
            Reachable reachable = pipeline.get();
            Instant ended = clock.instant();
            Duration rest = Duration.between(started, ended).multipliedBy(COST_FACTOR);
            newest = new Reading(
                    ended, ended.plus(rest.compareTo(SHORTEST_AGE) > 0 ? rest : SHORTEST_AGE), state, reachable);
        }
        return newest;
    }

    private Optional<ServingState> state() {
        try {
            return Optional.of(serving.get());
        } catch (JedisException e) {
            return Optional.empty();
        }
    }

    private static ObjectNode describe(Reading reading, String site) {
        ObjectNode answer = Answers.JSON.createObjectNode();
        answer.put("at", reading.at.toString());
        ObjectNode numbers = answer.putObject("numbers");
        reading.state.map(state -> state.of(site)).ifPresent(state -> {
            answer.put("truncated", state.truncated());
            state.newestEvent().ifPresent(newest -> answer.put("newest_event_at", newest.toString()));
            describe(numbers, state);
        });
        hops(answer.putArray("pipeline"), reading);
        return answer;
    }

    private static void describe(ObjectNode numbers, ServingState state) {
        List<Minute> rows = state.inNewestMinute();
        String minute = state.newestMinute().map(Instant::toString).orElse(null);
        String from = "Redis, hashes serving.requests_per_minute of the newest minute";
        if (!rows.isEmpty()) {
            number(
                            numbers,
                            "active_users",
                            rows.stream().mapToLong(Minute::activeUsers).sum(),
                            from)
                    .put("minute", minute);
            number(
                            numbers,
                            "requests",
                            rows.stream().mapToLong(Minute::requests).sum(),
                            from)
                    .put("minute", minute);
        }
        rows.stream()
                .map(Minute::freshnessMs)
                .filter(Objects::nonNull)
                .max(Long::compare)
                .ifPresent(millis -> numbers.putObject("newest_document_seconds")
                        .put("value", millis / 1000.0)
                        .put("from", "Redis, freshness_ms of the newest minute"));
        if (!state.sessions().isEmpty()) {
            number(
                    numbers,
                    "live_sessions",
                    state.liveSessions(),
                    "Redis, hashes serving.sessions: open, and seen within " + ServingState.LIVE.toMinutes()
                            + " min of the newest event");
        }
        if (state.orders() > 0) {
            number(numbers, "orders", state.orders(), "Redis, hashes serving.orders");
        }
        Ledger.freshness(state.ledgers()).ifPresent(age -> numbers.putObject("ledger_seconds")
                .put("value", age.toMillis() / 1000.0)
                .put("from", "Redis, hashes millrace:ledger"));
    }

    private static ObjectNode number(ObjectNode numbers, String name, long value, String from) {
        return numbers.putObject(name).put("value", value).put("from", from);
    }

    private static void hops(ArrayNode hops, Reading reading) {
        Reachable reachable = reading.reachable;
        hop(hops, "http", reachable.http());
        hop(hops, "kafka", reachable.kafka());
        hop(hops, "spark", reachable.serving());
        hop(hops, "hudi", reachable.lake());
        ObjectNode redis = hop(hops, "redis", reading.state.isPresent());
        reading.state.ifPresent(state -> ledger(redis, state.ledgers()));
        ledger(hop(hops, "elasticsearch", reachable.elasticsearch()), reachable.elasticsearchLedgers());
    }

    private static ObjectNode hop(ArrayNode hops, String name, boolean up) {
        return hops.addObject().put("name", name).put("up", up);
    }

    private static void ledger(ObjectNode hop, Collection<Ledger> ledgers) {
        Ledger.newestUpdate(ledgers).ifPresent(written -> hop.put("written_at", written.toString()));
        Ledger.freshness(ledgers).ifPresent(age -> hop.put("seconds", age.toMillis() / 1000.0));
    }

    /** The site that was asked for; null for all of them. */
    private static String site(String query) {
        if (query == null || !query.startsWith("site=") || query.length() == "site=".length()) {
            return null;
        }
        return URLDecoder.decode(query.substring("site=".length()), StandardCharsets.UTF_8);
    }
}
