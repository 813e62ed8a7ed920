package io.millrace.connect.http;

/** Answers questions: whether the collector works, and what it takes. Safe for use by several threads. */
final class StatePages {
    private final String path;
    private final Requests requests;
    private final LiveKinds kinds;

    /** @param path the path that takes events */
    StatePages(String path, Requests requests, LiveKinds kinds) {
        this.path = path;
        this.requests = requests;
        this.kinds = kinds;
    }

    /** What a GET of this target is answered with. */
    Answer answer(RequestHead.Target target) {
        return switch (target.what()) {
            case HEALTH -> Answer.healthy("up", kinds.problems());
            case READINESS -> readiness();
            case EVENTS -> target.kind().map(this::kind).orElseGet(this::list);
        };
    }

    private Answer readiness() {
        return requests.ready()
                ? Answer.healthy("ready")
                : Answer.of(Rejection.notReady("Connect does not fetch records at the moment: the connector is paused,"
                        + " is being rebalanced, or Kafka does not answer"));
    }

    private Answer list() {
        EventKinds now = kinds.now();
        return Answer.ok(json -> {
            json.writeStartObject();
            json.writeStringField("topic", now.standard().topic());
            json.writeArrayFieldStart("kinds");
            for (EventKind kind : now.taken()) {
                kind.describe(json, RequestHead.below(path) + kind.topic());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Answer kind(EventKind kind) {
        return Answer.ok(json -> kind.describe(json, RequestHead.below(path) + kind.topic()));
    }
}
