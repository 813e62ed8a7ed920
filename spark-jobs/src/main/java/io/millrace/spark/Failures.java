package io.millrace.spark;

/** Turns an exception into one line that a person can use. */
final class Failures {
    private static final int LONGEST = 500;

    private Failures() {}

    /** The first line of our own message in the chain, which is written to be read, else of the innermost one. */
    static String sentence(Throwable failure) {
        Throwable root = failure;
        while (!isOurs(root) && root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        if (message == null || message.isBlank()) {
            return root.getClass().getSimpleName();
        }
        String line = message.strip().lines().findFirst().orElse("").strip();
        String name = root.getClass().getSimpleName();
        // Others' messages often make sense only with the exception's name.
        String text = isOurs(root) ? line : name + ": " + line;
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static boolean isOurs(Throwable failure) {
        return failure.getClass().getName().startsWith("io.millrace.");
    }
}
