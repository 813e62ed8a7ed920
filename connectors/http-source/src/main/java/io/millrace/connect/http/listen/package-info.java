/** Ports, connections and the wire format of HTTP. Knows nothing of events: an endpoint decides what a request means. */
package io.millrace.connect.http.listen;
