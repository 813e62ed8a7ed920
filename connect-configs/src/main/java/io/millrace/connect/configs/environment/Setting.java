package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.SecretKeys;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * One value of an environment, as it is written. References in it are resolved at the moment of use, so a secret never
 * lives in an object that might be printed. Immutable.
 */
public final class Setting {
    private final String written;
    private final boolean secret;
    private final References references;

    private Setting(String written, boolean secret, References references) {
        this.written = written;
        this.secret = secret;
        this.references = references;
    }

    /**
     * A secret that somebody refers to, such as {@code ${env:NAME}}; files are relative to the current folder.
     *
     * @param where what to name when the reference leads nowhere, such as the option that it was given with
     * @throws io.millrace.connect.configs.DeclarationException when it is no reference, which is not repeated
     */
    public static Setting reference(String where, String text, Function<String, String> variables) {
        if (!SecretKeys.isReferenceOnly(text) || text.isBlank()) {
            throw new DeclarationException(where
                    + " takes a reference only, ${env:NAME}, ${file:PATH} or ${file:PATH:KEY}: a password on the command"
                    + " line can be read by everybody on this machine");
        }
        return new Setting(text, true, new References(Path.of(where), variables));
    }

    static Setting written(String text, References references) {
        return new Setting(text, false, references);
    }

    /** A value that may be printed. */
    public static Setting literal(String value) {
        return new Setting(value, false, null);
    }

    /** A value that must never be printed. */
    public static Setting secret(String value) {
        return new Setting(value, true, null);
    }

    /**
     * The value with its references resolved; not to be kept or printed.
     *
     * @throws io.millrace.connect.configs.DeclarationException when a reference leads nowhere, with the reference
     */
    public String value() {
        return references == null ? written : references.resolve(written);
    }

    /** Whether the value depends on something outside the environment's file. */
    public boolean isReference() {
        return references != null && SecretKeys.hasReference(written);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Setting setting && setting.written.equals(written) && setting.secret == secret;
    }

    @Override
    public int hashCode() {
        return written.hashCode();
    }

    /** The value as written, references unresolved; never a secret. */
    @Override
    public String toString() {
        return SecretKeys.printable(written, secret);
    }
}
