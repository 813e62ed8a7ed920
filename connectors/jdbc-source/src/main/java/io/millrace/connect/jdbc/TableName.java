package io.millrace.connect.jdbc;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table as its database knows it; catalog and schema are null where it has none. */
record TableName(String catalog, String schema, String name) {

    /** {@code schema.name}, or as much of it as there is. */
    String qualified() {
        return parts().collect(Collectors.joining("."));
    }

    /** For SQL. @param quote what stands before and after a name; empty for none */
    String sql(String quote) {
        return parts().map(part -> quoted(part, quote)).collect(Collectors.joining("."));
    }

    static String quoted(String name, String quote) {
        return quote.isEmpty() ? name : quote + name.replace(quote, quote + quote) + quote;
    }

    /** Text without commas, for a task's configuration. */
    String encoded() {
        return Stream.of(catalog, schema, name)
                .map(part -> part == null ? "" : "." + URLEncoder.encode(part, StandardCharsets.UTF_8))
                .collect(Collectors.joining("/"));
    }

    static TableName decoded(String text) {
        List<String> parts = Arrays.stream(text.split("/", -1))
                .map(part -> part.isEmpty() ? null : URLDecoder.decode(part.substring(1), StandardCharsets.UTF_8))
                .toList();
        return new TableName(parts.get(0), parts.get(1), parts.get(2));
    }

    private Stream<String> parts() {
        return Stream.of(catalog, schema, name).filter(Objects::nonNull).filter(part -> !part.isEmpty());
    }
}
