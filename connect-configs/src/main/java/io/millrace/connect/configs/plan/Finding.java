package io.millrace.connect.configs.plan;

/**
 * Something that a plan tells and apply does nothing about.
 *
 * @param kind what sort of thing it is
 * @param name what it is about
 * @param at {@code file:line}, or nothing
 * @param text what is the case and what can be done, secrets hidden
 */
public record Finding(Kind kind, String name, String at, String text) {
    /** Sorts of findings. */
    public enum Kind {
        /** Nothing is applied while it stands. */
        PROBLEM,
        /** A connector that somebody else made. */
        FOREIGN,
        /** A connector of ours that is declared no longer. */
        LEFT,
        /** Worth knowing. */
        NOTE
    }

    static Finding problem(String name, String at, String text) {
        return new Finding(Kind.PROBLEM, name, at, text);
    }

    static Finding note(String name, String text) {
        return new Finding(Kind.NOTE, name, "", text);
    }
}
