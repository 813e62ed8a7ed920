package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of Kibana's query language that panels use, as Elasticsearch's query: {@code field: value}, {@code field: *},
 * {@code field >= 5}, and, or, not, parentheses. Text with other characters than letters, digits and {@code _.-/} is quoted.
 */
final class Kuery {
    private static final Pattern TOKEN = Pattern.compile("\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|<=|>=|[():<>]|[^\\s():<>\"]+)");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private final Set<String> fields = new TreeSet<>();
    private int next;

    private Kuery(String text) {
        this.text = text;
        Matcher matcher = TOKEN.matcher(text.strip());
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            tokens.add(matcher.group(1));
            end = matcher.end();
        }
        if (end != text.strip().length()) {
            throw wrong("cannot be read from character " + end);
        }
    }

    /** @param query for Elasticsearch; @param fields that it names */
    record Parsed(ObjectNode query, Set<String> fields) {}

    /** @throws DashboardException when the text is not of that part of the language */
    static Parsed parse(String text) {
        Kuery kuery = new Kuery(text);
        ObjectNode query = kuery.either();
        if (kuery.next < kuery.tokens.size()) {
            throw kuery.wrong("ends before " + kuery.tokens.get(kuery.next));
        }
        return new Parsed(query, kuery.fields);
    }

    private ObjectNode either() {
        List<ObjectNode> parts = new ArrayList<>(List.of(both()));
        while (takes("or")) {
            parts.add(both());
        }
        return parts.size() == 1 ? parts.get(0) : joined("should", parts);
    }

    private ObjectNode both() {
        List<ObjectNode> parts = new ArrayList<>(List.of(single()));
        while (takes("and")) {
            parts.add(single());
        }
        return parts.size() == 1 ? parts.get(0) : joined("filter", parts);
    }

    private ObjectNode single() {
        if (takes("not")) {
            return joined("must_not", List.of(single()));
        }
        if (takes("(")) {
            ObjectNode inside = either();
            expect(")");
            return inside;
        }
        String field = take();
        fields.add(field);
        String operator = take();
        String value = take();
        return switch (operator) {
            case ":" -> value.equals("*") ? leaf("exists", "field", field) : leaf("term", field, value);
            case "<" -> range(field, "lt", value);
            case "<=" -> range(field, "lte", value);
            case ">" -> range(field, "gt", value);
            case ">=" -> range(field, "gte", value);
            default -> throw wrong("has " + operator + " where one of : < <= > >= is expected");
        };
    }

    private static ObjectNode leaf(String kind, String name, String value) {
        ObjectNode query = JSON.objectNode();
        String plain =
                value.startsWith("\"") ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
        query.putObject(kind).put(name, plain);
        return query;
    }

    private static ObjectNode range(String field, String bound, String value) {
        ObjectNode query = JSON.objectNode();
        query.putObject("range").putObject(field).put(bound, value);
        return query;
    }

    private static ObjectNode joined(String how, List<ObjectNode> parts) {
        ObjectNode query = JSON.objectNode();
        var array = query.putObject("bool").putArray(how);
        parts.forEach(array::add);
        return query;
    }

    private boolean takes(String token) {
        boolean there = next < tokens.size() && tokens.get(next).equalsIgnoreCase(token);
        next += there ? 1 : 0;
        return there;
    }

    private void expect(String token) {
        if (!takes(token)) {
            throw wrong("lacks " + token);
        }
    }

    private String take() {
        if (next >= tokens.size()) {
            throw wrong("ends too early");
        }
        return tokens.get(next++);
    }

    private DashboardException wrong(String reason) {
        return new DashboardException("the condition " + text + " " + reason);
    }
}
