package io.millrace.connect.configs;

import java.util.Collection;

/** What messages of the control tool say about the name that somebody most likely meant. */
public final class NearestName {
    private NearestName() {}

    /** {@code "; did you mean x?"}, or nothing when no name is near: to be put at the end of a message. */
    public static String hint(String written, Collection<String> known) {
        return io.millrace.schemas.NearestName.to(written, known)
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }
}
