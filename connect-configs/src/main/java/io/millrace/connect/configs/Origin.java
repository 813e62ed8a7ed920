package io.millrace.connect.configs;

import java.util.Map;

/**
 * Where a declared connector comes from, for messages.
 *
 * @param file its file
 * @param positions {@code file:line} of each setting; what is not in it is told by the file alone
 * @param shown what is printed in the place of a setting's value, where that is not the value itself
 */
public record Origin(String file, Map<String, String> positions, Map<String, String> shown) {
    /** The origin of what no file declares. */
    public static final Origin NONE = new Origin("", Map.of(), Map.of());

    public Origin {
        positions = Map.copyOf(positions);
        shown = Map.copyOf(shown);
    }

    /** {@code file:line} of a setting. */
    public String at(String key) {
        return positions.getOrDefault(key, file);
    }
}
