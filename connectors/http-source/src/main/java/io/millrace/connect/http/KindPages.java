package io.millrace.connect.http;

import io.millrace.connect.http.answer.Answer;

/** Answers the question what the collector takes. Safe for use by several threads. */
final class KindPages {
    private final String path;
    private final LiveKinds kinds;

    /** @param path the path that takes events */
    KindPages(String path, LiveKinds kinds) {
        this.path = path;
        this.kinds = kinds;
    }

    /** What the question about a kind, or about all, is answered with. */
    Answer answer(Paths.Ask question) {
        return question.kind().map(this::kind).orElseGet(this::list);
    }

    private Answer list() {
        EventKinds now = kinds.now();
        return Answer.ok(json -> {
            json.writeStartObject();
            json.writeStringField("topic", now.standard().topic());
            json.writeArrayFieldStart("kinds");
            for (EventKind kind : now.taken()) {
                kind.describe(json, Paths.below(path) + kind.topic());
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private Answer kind(EventKind kind) {
        return Answer.ok(json -> kind.describe(json, Paths.below(path) + kind.topic()));
    }
}
