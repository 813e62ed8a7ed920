package io.millrace.connect.configs.plan;

/**
 * Colours for a terminal, or none.
 *
 * @param enabled whether text is coloured
 */
public record Paint(boolean enabled) {
    /** No colours. */
    public static final Paint NONE = new Paint(false);

    /** Colours when output goes to a terminal and nobody has asked for none. */
    public static Paint system() {
        String term = System.getenv("TERM");
        return new Paint(
                System.console() != null && System.getenv("NO_COLOR") == null && term != null && !term.equals("dumb"));
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String yellow(String text) {
        return paint("33", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    public String bold(String text) {
        return paint("1", text);
    }

    /** A text in the colour of its symbol. */
    String symbol(String symbol) {
        return switch (symbol) {
            case "+" -> green(symbol);
            case "~" -> yellow(symbol);
            case "-", "!" -> red(symbol);
            default -> dim(symbol);
        };
    }

    private String paint(String code, String text) {
        return enabled ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
