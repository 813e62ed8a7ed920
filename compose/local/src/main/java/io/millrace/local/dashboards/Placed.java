package io.millrace.local.dashboards;

import java.util.ArrayList;
import java.util.List;

/** A panel with its place: from left to right, a new line where the next one does not fit. */
record Placed(Panel panel, int x, int y) {
    static List<Placed> of(List<Panel> panels) {
        List<Placed> placed = new ArrayList<>();
        int x = 0;
        int y = 0;
        int highest = 0;
        for (Panel panel : panels) {
            if (x + panel.size().width() > Panel.Size.COLUMNS) {
                x = 0;
                y += highest;
                highest = 0;
            }
            placed.add(new Placed(panel, x, y));
            x += panel.size().width();
            highest = Math.max(highest, panel.size().height());
        }
        return placed;
    }
}
