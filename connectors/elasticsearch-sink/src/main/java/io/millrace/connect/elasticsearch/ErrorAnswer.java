package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.SinkFailure;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What Elasticsearch said about a request, or about one item of a bulk request, that it did not carry out.
 *
 * @param status HTTP status
 * @param type the error's type; empty when the answer has none, as that of a proxy
 * @param reason the error's reason, for people
 */
record ErrorAnswer(int status, String type, String reason) {

    private static final Set<Integer> RETRIABLE_STATUS = Set.of(408, 429, 502, 503, 504);

    private static final Set<String> RETRIABLE_TYPES = Set.of(
            "es_rejected_execution_exception",
            "rejected_execution_exception",
            "cluster_block_exception",
            "unavailable_shards_exception",
            "no_shard_available_action_exception",
            "process_cluster_event_timeout_exception",
            "circuit_breaking_exception",
            "node_not_connected_exception",
            "node_disconnected_exception",
            "node_closed_exception",
            "connect_transport_exception",
            "send_request_transport_exception",
            "receive_timeout_transport_exception",
            "timeout_exception",
            "master_not_discovered_exception",
            "cluster_manager_not_discovered_exception",
            "not_master_exception",
            "not_cluster_manager_exception",
            "shard_not_found_exception",
            "illegal_index_shard_state_exception",
            "index_shard_closed_exception",
            "already_closed_exception",
            "engine_closed_exception",
            "primary_missing_action_exception",
            "task_cancelled_exception",
            // An operator has closed the index and is expected to open it again.
            "index_closed_exception",
            // The index was deleted under the sink, which creates it again.
            "index_not_found_exception");

    /** What is wrong with the request to each document, so that no document would fare better. */
    private static final Set<String> FATAL_TYPES = Set.of("invalid_index_name_exception", "validation_exception");

    private static final Set<String> MAPPING_TYPES = Set.of("mapper_parsing_exception", "mapper_exception");

    private static final Set<String> RECORD_TYPES = Set.of(
            "mapper_parsing_exception",
            "document_parsing_exception",
            "strict_dynamic_mapping_exception",
            "illegal_argument_exception",
            "parsing_exception",
            "x_content_parse_exception",
            "action_request_validation_exception",
            "document_missing_exception");

    /** The error in the body of an answer. */
    static ErrorAnswer of(int status, byte[] body) {
        return of(status, Json.path(Json.object(body), "error"));
    }

    private static ErrorAnswer of(int status, Map<String, Object> error) {
        return new ErrorAnswer(
                status,
                String.valueOf(error.getOrDefault("type", "")),
                String.valueOf(error.getOrDefault("reason", "no reason given")));
    }

    /** Why an index cannot have the fields that it should get; nothing when the answer is about something else. */
    static Optional<String> mappingFault(byte[] body) {
        boolean ofMapping = false;
        Object reason = null;
        for (Map<String, Object> error = Json.path(Json.object(body), "error");
                !error.isEmpty();
                error = Json.path(error, "caused_by")) {
            ofMapping |= MAPPING_TYPES.contains(String.valueOf(error.get("type")));
            reason = error.get("reason");
        }
        return ofMapping ? Optional.of(String.valueOf(reason)) : Optional.empty();
    }

    /** A newer version is there already: the item was delivered before. */
    boolean isOlderVersion() {
        return status == 409 && type.equals("version_conflict_engine_exception");
    }

    boolean isExistingIndex() {
        return type.equals("resource_already_exists_exception");
    }

    /**
     * What it means for an item; nothing when the item has its effect.
     *
     * @param operation what the item was to do
     */
    Optional<SinkFailure> itemFailure(Operation operation, String address) {
        if (isOlderVersion()) {
            // Of an update it means that somebody else wrote the document at the same moment.
            return operation == Operation.UPDATE
                    ? Optional.of(new RetriableFailure(said(address), null))
                    : Optional.empty();
        }
        if (status == 404 && type.isEmpty()) {
            return Optional.empty();
        }
        if (isRetriable()) {
            return Optional.of(new RetriableFailure(said(address), null));
        }
        if ((status == 400 && !FATAL_TYPES.contains(type)) || RECORD_TYPES.contains(type)) {
            return Optional.of(new RecordFailure("Elasticsearch refused the document: " + type + ": " + reason));
        }
        return Optional.of(failure(address));
    }

    /** What it means for a request. */
    SinkFailure failure(String address) {
        String said = said(address);
        if (isRetriable()) {
            return new RetriableFailure(said, null);
        }
        if (status == 401 || status == 403) {
            return new FatalFailure(
                    ConnectionKeys.PASSWORD,
                    said + "; check the user and password, API key or token, and that they may create and write the"
                            + " indices",
                    null);
        }
        if (status == 413) {
            return new FatalFailure(said + "; lower bulk.max.bytes, or raise http.max_content_length in Elasticsearch");
        }
        return new FatalFailure(said + "; this is not expected: check the server's version and log");
    }

    private boolean isRetriable() {
        return RETRIABLE_STATUS.contains(status) || RETRIABLE_TYPES.contains(type) || isLateMapping();
    }

    /** A new field waits for the master, which may be busy. Only the reason tells this from a fault of the mapping. */
    private boolean isLateMapping() {
        return status == 500 && type.equals("mapper_exception") && reason.startsWith("timed out while waiting for");
    }

    private String said(String address) {
        return "Elasticsearch at " + address + " answered " + status + " " + type + ": " + reason;
    }
}
