package io.millrace.connect.http.listen;

import io.millrace.connect.commons.contract.Shown;
import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The endpoints of one address. The path of a request selects its connector, or at a path that several have its write key;
 * the connector's tasks take turns. Safe for use by several threads.
 */
final class Routes {
    static final String HEALTH = "/healthz";
    static final String READINESS = "/readyz";

    private static final String DESERTED =
            "Connect has stopped the connector on this worker because Kafka does not answer";

    private final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger tenants = new AtomicInteger();

    /** Why an endpoint cannot be added beside those that are there; empty when it can. */
    Optional<String> conflict(Endpoint added) {
        for (Endpoint other : endpoints) {
            if (!other.connector().equals(added.connector()) && !(other.hasWriteKeys() && added.hasWriteKeys())) {
                Optional<String> both =
                        added.claims().stream().filter(other.claims()::contains).findFirst();
                if (both.isPresent()) {
                    return Optional.of("the connector " + other.connector() + " has " + both.get()
                            + " of this address; set another path, leave segment and pixel out of formats, or give both"
                            + " connectors write keys, by which their clients are told apart");
                }
            }
        }
        return Optional.empty();
    }

    void add(Endpoint endpoint) {
        tenants.incrementAndGet();
        endpoints.add(endpoint);
    }

    void remove(Endpoint endpoint) {
        endpoints.remove(endpoint);
    }

    /** How many endpoints there were so far. */
    int tenants() {
        return tenants.get();
    }

    boolean isEmpty() {
        return endpoints.isEmpty();
    }

    /** The answer to a question about the address as a whole; empty when the request is something else. */
    Optional<Answer> stateOf(Request request) throws Rejection {
        boolean health = request.path().equals(HEALTH);
        if (!health && !request.path().equals(READINESS)) {
            return Optional.empty();
        }
        String method = request.head().method().name();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw Rejection.methodNotAllowed(method, "GET, HEAD");
        }
        return Optional.of(health ? health() : readiness());
    }

    /** @throws Rejection when nobody takes the request */
    Endpoint find(Request request) throws Rejection {
        List<Endpoint> taking =
                endpoints.stream().filter(one -> one.takes(request.path())).toList();
        if (taking.isEmpty() && endpoints.isEmpty()) {
            throw Rejection.stopping(DESERTED + "; nothing of the request is stored, send it again");
        }
        if (taking.isEmpty()) {
            throw Rejection.notFound("there is nothing at " + Shown.cut(request.path()) + "; there are "
                    + Shown.names(endpoints.stream()
                            .flatMap(one -> one.claims().stream())
                            .distinct()
                            .toList())
                    + ", and the state at GET " + HEALTH + " and " + READINESS);
        }
        if (taking.stream().map(Endpoint::connector).distinct().count() > 1) {
            taking = taking.stream().filter(one -> one.knowsWriteKey(request)).toList();
            if (taking.isEmpty()) {
                throw Rejection.unauthorized(
                        "several connectors take " + request.path()
                                + ", and the write key says which: send one in the header X-Write-Key, as the parameter"
                                + " write_key or as the user of basic authentication",
                        "Basic realm=\"events\", charset=\"UTF-8\"");
            }
        }
        List<Endpoint> working =
                taking.stream().filter(one -> !one.isStopping()).toList();
        return working.isEmpty() ? taking.get(0) : working.get(Math.floorMod(turn.getAndIncrement(), working.size()));
    }

    private Answer health() {
        return Answer.healthy(
                "up",
                endpoints.stream()
                        .flatMap(one -> one.warnings().stream())
                        .distinct()
                        .toList());
    }

    private Answer readiness() {
        if (isEmpty()) {
            return Answer.of(Rejection.notReady(DESERTED));
        }
        List<String> away = endpoints.stream()
                .filter(one -> !one.isReady())
                .map(Endpoint::connector)
                .distinct()
                .toList();
        return away.isEmpty()
                ? Answer.healthy("ready", List.of())
                : Answer.of(Rejection.notReady("Connect does not fetch records of " + Shown.names(away)
                        + " at the moment: the connector is paused, is being rebalanced or stopped, or Kafka does not"
                        + " answer"));
    }
}
