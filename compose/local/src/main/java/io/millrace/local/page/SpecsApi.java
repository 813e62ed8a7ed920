package io.millrace.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.io.IOException;

/**
 * {@code GET /api/specs}: every panel with its spec, and whether its documents have a site. The last comes from the
 * contracts, since a filter on a field that an index lacks would hide everything in it.
 */
final class SpecsApi implements HttpHandler {
    private final ArrayNode panels = Answers.JSON.createArrayNode();

    SpecsApi(VegaSpecs specs) {
        Catalogue catalogue = Catalogue.bundled();
        specs.byName().forEach((name, spec) -> {
            String index = spec.at("/data/url/index").asText();
            boolean site = catalogue
                    .find(index)
                    .flatMap(Contract::value)
                    // A pattern spans contracts; a site then selects those documents that have one.
                    .map(schema -> schema.getField("site") != null)
                    .orElse(true);
            panels.addObject().put("name", name).put("has_site", site).set("spec", spec);
        });
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (Answers.allow(exchange, "GET", "HEAD")) {
            Answers.json(exchange, 200, panels);
        }
    }
}
