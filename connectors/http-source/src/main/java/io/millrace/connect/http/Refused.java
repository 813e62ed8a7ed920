package io.millrace.connect.http;

import java.io.IOException;

/** Carries an answer through a parser that knows only I/O errors. */
final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Rejection rejection;

    Refused(Rejection rejection) {
        super(rejection);
        this.rejection = rejection;
    }

    Rejection rejection() {
        return rejection;
    }
}
