/** Events over HTTP into Kafka, answered when Kafka has them. */
package io.millrace.connect.http;
