package io.millrace.local.dashboards;

import java.util.List;

/**
 * A dashboard.
 *
 * @param name of its file, without the ending
 * @param from beginning of the time range that it opens with, such as now-1h; it ends now
 * @param refreshSeconds between two refreshes
 * @param controls fields that a reader chooses values of
 */
record Dashboard(
        String name,
        String title,
        String description,
        String from,
        int refreshSeconds,
        List<String> controls,
        List<Panel> panels) {
    Dashboard {
        controls = List.copyOf(controls);
        panels = List.copyOf(panels);
    }
}
