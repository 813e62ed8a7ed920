package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * A value that does not keep the contract. The path grows while the readers of the enclosing values pass it on, so a good
 * event costs nothing. Carries no stack trace: it is an answer, not a fault.
 */
public final class InvalidValue extends Exception {
    private static final long serialVersionUID = 1;

    private final String path;

    private InvalidValue(String path, String reason) {
        super(reason, null, false, false);
        this.path = path;
    }

    /** @param reason words that follow the name of the field */
    static InvalidValue because(String reason) {
        return new InvalidValue("", reason);
    }

    /** The token is not what the type takes. */
    static InvalidValue unexpected(FieldType type, JsonParser json, JsonToken token) throws IOException {
        return because("must be " + type.expected() + ", not " + Shown.value(json, token));
    }

    InvalidValue inField(String name) {
        return in("." + Shown.cut(name));
    }

    InvalidValue inElement(int index) {
        return in("[" + index + "]");
    }

    InvalidValue inEntry(String key) {
        return in("[\"" + Shown.cut(key) + "\"]");
    }

    private InvalidValue in(String step) {
        return new InvalidValue(step + path, getMessage());
    }

    /** Where the value is in the event, such as {@code items[2].price}. */
    public String path() {
        return path.startsWith(".") ? path.substring(1) : path;
    }

    /** Words that follow the path. */
    public String reason() {
        return getMessage();
    }
}
