package io.millrace.local.dashboards;

import java.util.List;
import java.util.Optional;

/** A panel of a dashboard. */
sealed interface Panel {
    String title();

    Size size();

    /** Of Kibana's grid, which has 48 columns; a row is 20 pixels high. */
    record Size(int width, int height) {
        static final int COLUMNS = 48;
    }

    /** One of the specs of {@code vega}. */
    record Vega(String name, String title, Size size) implements Panel {}

    /** How a Lens panel looks. */
    enum Chart {
        METRIC,
        LINE,
        AREA,
        BAR,
        ROWS,
        DONUT,
        TABLE
    }

    /**
     * What the rows of a panel are grouped by.
     *
     * @param field empty for time
     * @param top how many groups there are at most
     */
    record Grouping(String field, int top) {
        static final Grouping TIME = new Grouping("", 0);

        boolean isTime() {
            return field.isEmpty();
        }
    }

    /**
     * A panel that an analyst can edit in Kibana.
     *
     * @param from index or pattern
     * @param time field by which the time range selects
     * @param groupings at most two, the outer first: a line per value of the first over the second
     * @param where condition in Kibana's query language; empty for all documents
     * @param every length of the windows in the index, such as 1m; empty where documents have any time
     */
    record Lens(
            String title,
            Chart chart,
            String from,
            String time,
            List<Measure> values,
            List<Grouping> groupings,
            String where,
            Optional<String> every,
            Size size)
            implements Panel {
        public Lens {
            values = List.copyOf(values);
            groupings = List.copyOf(groupings);
        }
    }
}
