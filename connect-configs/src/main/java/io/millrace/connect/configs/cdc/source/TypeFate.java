package io.millrace.connect.configs.cdc.source;

import java.util.Set;

/**
 * What becomes of a column's type on the way: its Avro type under the modes that every capture has ({@code precise}
 * decimals, {@code adaptive} times).
 *
 * @param words in words; empty when it arrives as one would expect
 * @param isLost whether its values do not arrive at all
 */
public record TypeFate(String words, boolean isLost) {
    private static final Set<String> PLAIN = Set.of(
            "bool",
            "int2",
            "int4",
            "int8",
            "float4",
            "float8",
            "text",
            "varchar",
            "bpchar",
            "char",
            "bytea",
            "date",
            "uuid",
            "citext",
            "timestamp",
            "oid",
            "name");
    private static final Set<String> AS_TEXT = Set.of(
            "json",
            "jsonb",
            "xml",
            "inet",
            "cidr",
            "macaddr",
            "macaddr8",
            "ltree",
            "int4range",
            "int8range",
            "numrange",
            "tsrange",
            "tstzrange",
            "daterange",
            "bit",
            "varbit",
            "tsvector");
    private static final Set<String> AS_RECORD =
            Set.of("point", "geometry", "geography", "vector", "halfvec", "sparsevec");

    private static final TypeFate EXPECTED = new TypeFate("", false);

    /**
     * Tells the fate of a type.
     *
     * @param type its {@code typname}; of a domain, that of the type below
     * @param kind its {@code typtype}
     * @param category its {@code typcategory}
     * @param modifier its {@code typmod}; -1 for none
     */
    public static TypeFate of(String type, String kind, String category, long modifier) {
        if (category.equals("A")) {
            return array(type.replaceFirst("^_", ""), kind);
        }
        if (kind.equals("e")) {
            return new TypeFate("arrives as text", false);
        }
        if (!kind.equals("b") && !AS_TEXT.contains(type)) {
            return lost();
        }
        return switch (type) {
            case "numeric" ->
                modifier < 0
                        ? new TypeFate("arrives as a record of scale and bytes, as it has no scale of its own", false)
                        : EXPECTED;
            case "money" -> new TypeFate("arrives as a decimal with two digits", false);
            case "timestamptz", "timetz" -> new TypeFate("arrives as ISO text in UTC", false);
            case "time" -> new TypeFate("arrives as microseconds since midnight", false);
            case "interval" -> new TypeFate("arrives as microseconds, a month counted as 30.44 days", false);
            case "hstore" -> new TypeFate("arrives as JSON text", false);
            default -> simple(type);
        };
    }

    private static TypeFate simple(String type) {
        if (PLAIN.contains(type)) {
            return EXPECTED;
        }
        if (AS_TEXT.contains(type)) {
            return new TypeFate(type.endsWith("bit") ? "arrives as bytes" : "arrives as text", false);
        }
        return AS_RECORD.contains(type) ? new TypeFate("arrives as a record or a list of numbers", false) : lost();
    }

    private static TypeFate array(String element, String kind) {
        boolean known = PLAIN.contains(element)
                || AS_TEXT.contains(element)
                || element.equals("numeric")
                || element.equals("timestamptz");
        // What the elements are of is not told by the array's own row; enumerations are the usual case.
        return known || kind.equals("b") ? new TypeFate("arrives as a list", false) : lost();
    }

    private static TypeFate lost() {
        return new TypeFate("is left out of the changes, as no converter knows it", true);
    }

    public boolean isNotable() {
        return !words.isEmpty();
    }
}
