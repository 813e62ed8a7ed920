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

    /** Whether the same again may well succeed: what failed was a connection, not what was asked. */
    static boolean isTransient(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause() == each ? null : each.getCause()) {
            if (each instanceof org.apache.kafka.common.errors.RetriableException
                    || each instanceof java.net.SocketException
                    || each instanceof java.net.SocketTimeoutException
                    || each instanceof java.net.http.HttpTimeoutException
                    || each instanceof io.millrace.schemas.RegistryException
                    || each instanceof com.amazonaws.SdkClientException aws && aws.isRetryable()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOurs(Throwable failure) {
        return failure.getClass().getName().startsWith("io.millrace.");
    }
}
