package io.millrace.connect.commons.contract;

import org.apache.kafka.connect.data.Struct;

/**
 * One event that keeps its contract.
 *
 * @param key record key; null when the contract asks for none
 * @param id the event's identity; null when the contract has no such field, or the field is null
 * @param value its fields
 */
public record ContractEvent(String key, String id, Struct value) {}
