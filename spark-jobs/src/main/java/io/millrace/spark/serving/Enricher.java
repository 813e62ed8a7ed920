package io.millrace.spark.serving;

import io.millrace.spark.FieldCopy;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.generic.GenericRecord;

/** Adds to a web event what its address, its agent, its user and its page tell. One per task. */
final class Enricher {
    private static final Pattern PRODUCT = Pattern.compile("^/products?/([^/?#]{1,64})(?:[/?#]|$)");

    private final Places places;
    private final UserAgents agents;
    private final Map<String, Customer> customers;
    private final Map<String, Product> products;
    private final FieldCopy copy;

    /**
     * @param customers by user id
     * @param products by the id that their page's path ends with
     * @param copy takes over the fields that web events and enriched ones share
     */
    Enricher(
            Places places,
            UserAgents agents,
            Map<String, Customer> customers,
            Map<String, Product> products,
            FieldCopy copy) {
        this.places = places;
        this.agents = agents;
        this.customers = customers;
        this.products = products;
        this.copy = copy;
    }

    /**
     * Fills in an enriched event.
     *
     * @param event in the schema of the web events' contract
     * @param enriched an empty record of the enriched events' contract
     * @param now what enriched_at will say, in epoch milliseconds
     */
    void enrich(GenericRecord event, SourceRecord source, long now, GenericRecord enriched) {
        copy.copy(event, enriched);
        UserAgents.Agent agent = agents.of(text(event.get("user_agent")));
        Places.Place place = places.of(text(event.get("address")));
        Customer customer = customers.get(text(event.get("user_id")));
        String page = event.get("page").toString();
        enriched.put("country", place.country());
        enriched.put("region", place.region());
        enriched.put("city", place.city());
        enriched.put("device", agent.device());
        enriched.put("bot", agent.isBot());
        enriched.put("browser", agent.browser());
        enriched.put(
                "referrer_class",
                Referrer.classOf(
                        text(event.get("referrer")), page, event.get("site").toString()));
        enriched.put("customer_name", customer == null ? null : customer.name());
        enriched.put("customer_segment", customer == null ? null : customer.segment());
        enriched.put("customer_country", customer == null ? null : customer.country());
        addProduct(page, enriched);
        enriched.put("source_topic", source.topic());
        enriched.put("source_partition", source.partition());
        enriched.put("source_offset", source.offset());
        enriched.put("enriched_at", now);
    }

    private void addProduct(String page, GenericRecord enriched) {
        Matcher match = PRODUCT.matcher(page);
        if (match.find()) {
            Product product = products.get(match.group(1));
            enriched.put("product_id", match.group(1));
            enriched.put("product_name", product == null ? null : product.name());
            enriched.put("product_category", product == null ? null : product.category());
        }
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
