package io.millrace.connect.http.auth;

/**
 * Who sends.
 *
 * @param name of the key, user, token or certificate; empty when nobody is asked to say
 */
public record Identity(String name) {
    public static final Identity ANYBODY = new Identity("");
}
