package io.millrace.connect.configs.kubernetes;

import io.millrace.connect.configs.DeclarationException;
import java.util.Locale;

/** Names as Kubernetes takes them: lower case letters, digits and dashes, 63 characters at most. */
final class ResourceName {
    private static final int LONGEST = 63;

    private ResourceName() {}

    /**
     * The name with underscores and dots as dashes, in lower case.
     *
     * @throws DeclarationException when that is still no name
     */
    static String of(String name) {
        String made = name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
        if (made.length() > LONGEST || !made.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")) {
            throw new DeclarationException(
                    name + " cannot be the name of a Kubernetes resource: it takes letters, digits"
                            + " and dashes, at most " + LONGEST);
        }
        return made;
    }
}
