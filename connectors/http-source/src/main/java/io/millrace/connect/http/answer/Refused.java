package io.millrace.connect.http.answer;

import java.io.IOException;

/** Carries an answer through a parser that knows only I/O errors. */
public final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Rejection rejection;

    public Refused(Rejection rejection) {
        super(rejection);
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }
}
