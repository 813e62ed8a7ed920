package io.millrace.spark;

/** Ends a query whose contracts have changed before its batch has written anything: no failure, it is started again. */
final class ContractsChangedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ContractsChangedException(String job) {
        super("the contracts of " + job + " changed; it starts again from its checkpoint");
    }

    /** Whether this is why something failed. */
    static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ContractsChangedException) {
                return true;
            }
        }
        return false;
    }
}
