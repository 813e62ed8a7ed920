package io.millrace.spark.serving;

import io.millrace.spark.FieldCopy;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;

/** Adds to a web event what its address, its user agent and its user tell. One per task. */
final class Enricher {
    private final Countries countries;
    private final UserAgents agents;
    private final Map<String, Customer> customers;
    private final FieldCopy copy;

    /**
     * @param customers by user id
     * @param copy takes over the fields that web events and enriched ones share
     */
    Enricher(Countries countries, UserAgents agents, Map<String, Customer> customers, FieldCopy copy) {
        this.countries = countries;
        this.agents = agents;
        this.customers = customers;
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
        Customer customer = customers.get(text(event.get("user_id")));
        enriched.put("country", countries.of(text(event.get("address"))));
        enriched.put("device", agent.device());
        enriched.put("browser", agent.browser());
        enriched.put("customer_name", customer == null ? null : customer.name());
        enriched.put("customer_segment", customer == null ? null : customer.segment());
        enriched.put("customer_country", customer == null ? null : customer.country());
        enriched.put("source_topic", source.topic());
        enriched.put("source_partition", source.partition());
        enriched.put("source_offset", source.offset());
        enriched.put("enriched_at", now);
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
