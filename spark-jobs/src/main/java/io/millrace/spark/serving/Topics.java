package io.millrace.spark.serving;

/** The topics that these jobs read and write. */
final class Topics {
    static final String WEB_EVENTS = "web.events";
    static final String WEB_ENRICHED = "web.enriched";
    static final String QUARANTINE = "quarantine.web.events";
    static final String EVENTS_PER_MINUTE = "serving.events_per_minute";
    static final String EVENTS_QUARANTINE = "quarantine.events";
    static final String PRODUCTS = "cdc.shop.public.products";
    static final String ORDER_ITEMS = "cdc.shop.public.order_items";
    static final String CUSTOMERS = "cdc.shop.public.customers";
    static final String ORDERS = "cdc.shop.public.orders";

    private Topics() {}
}
