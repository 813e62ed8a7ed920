package io.millrace.connect.http;

import io.millrace.connect.http.answer.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was found in one body. Belongs to one thread. */
final class Reading {
    /** How many rejections an answer names; the rest are counted. */
    static final int NAMED = 100;

    private final List<Event> events = new ArrayList<>();
    private final List<Event> setAside = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private int rejected;
    private Optional<String> writeKey = Optional.empty();

    /** The good ones, in order. */
    List<Event> events() {
        return events;
    }

    /** Records of the bad ones, when they are kept. */
    List<Event> setAside() {
        return setAside;
    }

    /** Why the first of the bad ones are bad. */
    List<Rejection> rejections() {
        return rejections;
    }

    int rejected() {
        return rejected;
    }

    /** How many there were, good or bad. */
    int total() {
        return events.size() + rejected;
    }

    /** The key that stands in the body. */
    Optional<String> writeKey() {
        return writeKey;
    }

    void reject(Rejection rejection) {
        rejected++;
        if (rejections.size() < NAMED) {
            rejections.add(rejection);
        }
    }

    /** The envelope's key counts, else that of the first call. */
    void writeKey(String key, boolean ofEnvelope) {
        if (ofEnvelope || writeKey.isEmpty()) {
            writeKey = Optional.of(key);
        }
    }
}
