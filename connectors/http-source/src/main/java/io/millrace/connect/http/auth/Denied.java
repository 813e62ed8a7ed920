package io.millrace.connect.http.auth;

/** A client is not who it says. The message is for the client and names no secret. */
public final class Denied extends Exception {
    private static final long serialVersionUID = 1;

    Denied(String message) {
        super(message, null, false, false);
    }
}
