package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.Catalogue;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The dashboards for the local page, which has no Kibana: the Vega panels as they are, and of each Lens panel a chart that asks
 * the same. The files are read at each call, so an edited one shows when the page is loaded again. Safe for use by several
 * threads.
 *
 * @param folder sources of the dashboards
 * @param contracts folder of the contracts
 */
public record PageDashboards(Path folder, Path contracts) {
    /**
     * Name and title of each.
     *
     * @throws DashboardException when a file is wrong
     */
    public ArrayNode list() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Dashboard dashboard : read().dashboards()) {
            list.addObject().put("name", dashboard.name()).put("title", dashboard.title());
        }
        return list;
    }

    /**
     * A dashboard with its panels in order; empty when there is none of that name.
     *
     * @throws DashboardException when a file is wrong
     */
    public Optional<ObjectNode> find(String name) {
        DashboardFiles files = read();
        return files.dashboards().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .map(dashboard -> described(files, dashboard));
    }

    private static ObjectNode described(DashboardFiles files, Dashboard dashboard) {
        ObjectNode described = JsonNodeFactory.instance.objectNode();
        described.put("name", dashboard.name()).put("title", dashboard.title());
        described.put("description", dashboard.description());
        ArrayNode panels = described.putArray("panels");
        int number = 0;
        for (Panel panel : dashboard.panels()) {
            number++;
            boolean site = files.indices()
                    .find(files.index(panel))
                    .filter(fields -> fields.has("site"))
                    .isPresent();
            panels.addObject()
                    .put("name", panel instanceof Panel.Vega vega ? vega.name() : "panel-" + number)
                    .put("has_site", site)
                    .put("width", panel.size().width())
                    .put("height", panel.size().height())
                    .set("spec", files.spec(panel));
        }
        return described;
    }

    private DashboardFiles read() {
        return DashboardFiles.read(folder, Catalogue.read(contracts));
    }
}
