package io.millrace.connect.http;

import org.apache.kafka.connect.data.Struct;

/**
 * One event that keeps the contract.
 *
 * @param key record key; null when the contract asks for none
 * @param id the event's identity; null when the contract has no such field
 * @param receivedAt when the collector accepted it, in milliseconds since 1970 UTC
 * @param value its fields
 */
record Event(String key, String id, long receivedAt, Struct value) {}
