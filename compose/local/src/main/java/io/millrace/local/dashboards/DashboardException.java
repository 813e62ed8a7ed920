package io.millrace.local.dashboards;

/** A source of the dashboards is wrong; the message names the file, the panel and what to write instead. */
public final class DashboardException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DashboardException(String message) {
        super(message);
    }

    DashboardException(String message, Throwable cause) {
        super(message, cause);
    }
}
