package io.millrace.local.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.local.dashboards.DashboardException;
import io.millrace.local.dashboards.PageDashboards;
import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.util.Optional;

/** {@code GET /api/dashboards}, their names and titles; {@code GET /api/dashboards/NAME}, one with its panels. */
final class DashboardsApi implements HttpHandler {
    private static final String PATH = "/api/dashboards";

    private final PageDashboards dashboards;

    DashboardsApi(PageDashboards dashboards) {
        this.dashboards = dashboards;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!Answers.allow(exchange, "GET", "HEAD")) {
            return;
        }
        String path = exchange.getRequestURI().getPath();
        try {
            if (path.equals(PATH)) {
                Answers.json(exchange, 200, dashboards.list());
                return;
            }
            Optional<? extends com.fasterxml.jackson.databind.JsonNode> found =
                    dashboards.find(path.substring(PATH.length() + 1));
            if (found.isPresent()) {
                Answers.json(exchange, 200, found.get());
            } else {
                Answers.problem(exchange, 404, "there is no such dashboard");
            }
        } catch (DashboardException | ContractException e) {
            Answers.problem(exchange, 500, e.getMessage());
        }
    }
}
