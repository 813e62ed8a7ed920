/** The Elasticsearch sink: one document per record key, fenced by its Kafka offset, with a ledger of applied offsets. */
package io.millrace.connect.elasticsearch;
