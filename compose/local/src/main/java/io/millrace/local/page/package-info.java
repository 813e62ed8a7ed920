/**
 * The local page: a read-only view of what Elasticsearch and Redis serve, drawn from the Vega-Lite specs that are also
 * shipped to Kibana. {@link io.millrace.local.page.PageServer} is the only way in.
 */
package io.millrace.local.page;
