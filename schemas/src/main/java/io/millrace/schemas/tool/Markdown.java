package io.millrace.schemas.tool;

import java.util.List;
import java.util.stream.Collectors;

/** Pieces of Markdown whose text cannot break out of its place. */
final class Markdown {
    private Markdown() {}

    /** One line of text in which nothing but emphasis and code has a meaning. */
    static String text(String text) {
        return text.strip()
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .replace("<", "&lt;")
                .replace("[", "\\[");
    }

    /** One line of code; a fence longer than any run of backquotes in it. */
    static String code(String text) {
        String line = text.replaceAll("\\s+", " ").replace("|", "\\|");
        return line.contains("`") ? "`` " + line + " ``" : "`" + line + "`";
    }

    static String table(List<String> header, List<List<String>> rows) {
        return row(header)
                + row(header.stream().map(cell -> "---").toList())
                + rows.stream().map(Markdown::row).collect(Collectors.joining());
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
