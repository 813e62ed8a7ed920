/** Kibana's dashboards, made from small sources and the contracts, and the same charts for the local page. */
package io.millrace.local.dashboards;
