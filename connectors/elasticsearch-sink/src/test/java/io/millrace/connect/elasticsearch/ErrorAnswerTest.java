package io.millrace.connect.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RetriableFailure;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorAnswerTest {

    /** Each as a server says it: of an item of a bulk request, or of the request. */
    @ParameterizedTest
    @CsvSource({
        "429, es_rejected_execution_exception",
        "429, rejected_execution_exception",
        "429, circuit_breaking_exception",
        "429, cluster_block_exception",
        "429, ''",
        "403, cluster_block_exception",
        "400, index_closed_exception",
        "404, index_not_found_exception",
        "404, shard_not_found_exception",
        "408, ''",
        "502, ''",
        "503, ''",
        "503, unavailable_shards_exception",
        "503, no_shard_available_action_exception",
        "503, master_not_discovered_exception",
        "503, cluster_manager_not_discovered_exception",
        "503, process_cluster_event_timeout_exception",
        "504, ''",
        "500, node_not_connected_exception",
        "500, node_disconnected_exception",
        "500, node_closed_exception",
        "500, connect_transport_exception",
        "500, send_request_transport_exception",
        "500, receive_timeout_transport_exception",
        "500, timeout_exception",
        "500, not_master_exception",
        "500, not_cluster_manager_exception",
        "500, illegal_index_shard_state_exception",
        "500, index_shard_closed_exception",
        "500, already_closed_exception",
        "500, engine_closed_exception",
        "500, primary_missing_action_exception",
        "400, task_cancelled_exception"
    })
    void whatPassesIsTriedAgain(int status, String type) {
        assertThat(classOf(status, type)).isEqualTo(RetriableFailure.class);
        assertThat(new ErrorAnswer(status, type, "reason").failure("here:9200")).isInstanceOf(RetriableFailure.class);
    }

    @ParameterizedTest
    @CsvSource({
        "400, mapper_parsing_exception",
        "400, document_parsing_exception",
        "400, strict_dynamic_mapping_exception",
        "400, illegal_argument_exception",
        "400, parsing_exception",
        "400, x_content_parse_exception",
        "400, action_request_validation_exception",
        "400, routing_missing_exception",
        "404, document_missing_exception",
        "500, document_parsing_exception"
    })
    void whatIsWrongWithADocumentIsTheDocumentsFailure(int status, String type) {
        assertThat(classOf(status, type)).isEqualTo(RecordFailure.class);
    }

    @ParameterizedTest
    @CsvSource({
        "401, security_exception",
        "403, security_exception",
        "403, ''",
        "400, invalid_index_name_exception",
        "400, validation_exception",
        "405, ''",
        "500, null_pointer_exception",
        "501, ''"
    })
    void refusedAccessAndAnythingUnknownFailTheTask(int status, String type) {
        assertThat(classOf(status, type)).isEqualTo(FatalFailure.class);
        assertThat(new ErrorAnswer(status, type, "reason").failure("here:9200")).isInstanceOf(FatalFailure.class);
    }

    @Test
    void refusedAccessPointsAtTheCredentials() {
        for (int status : new int[] {401, 403}) {
            assertThat(new ErrorAnswer(status, "security_exception", "no").failure("here:9200"))
                    .isInstanceOfSatisfying(FatalFailure.class, failure -> assertThat(failure.setting())
                            .contains("elasticsearch.password"));
        }
    }

    @Test
    void aNewFieldThatTheMasterHadNoTimeForIsTriedAgainAndAFaultOfTheMappingIsNot() {
        String late = "timed out while waiting for a dynamic mapping update";
        assertThat(new ErrorAnswer(500, "mapper_exception", late).itemFailure(Operation.INDEX, "x"))
                .containsInstanceOf(RetriableFailure.class);
        assertThat(new ErrorAnswer(500, "mapper_exception", "no such type").itemFailure(Operation.INDEX, "x"))
                .containsInstanceOf(FatalFailure.class);
    }

    @Test
    void aConflictOfAnUpdateIsTriedAgain() {
        ErrorAnswer conflict = new ErrorAnswer(409, "version_conflict_engine_exception", "");
        assertThat(conflict.itemFailure(Operation.UPDATE, "x")).containsInstanceOf(RetriableFailure.class);
        assertThat(conflict.itemFailure(Operation.CREATE, "x")).isEmpty();
        assertThat(conflict.itemFailure(Operation.DELETE, "x")).isEmpty();
    }

    @Test
    void olderVersionsAndDeletesOfNothingHaveTheirEffect() {
        assertThat(new ErrorAnswer(409, "version_conflict_engine_exception", "").itemFailure(Operation.INDEX, "x"))
                .isEmpty();
        assertThat(new ErrorAnswer(404, "", "").itemFailure(Operation.INDEX, "x"))
                .isEmpty();
    }

    @Test
    void anAnswerThatDoesNotSpeakOfEveryItemIsNoSuccess() {
        assertThat(errors("{\"errors\":false}", 2)).isEmpty();
        String one = "{\"errors\":true,\"items\":[{\"index\":{\"status\":201}}]}";
        assertThat(errors(one, 1)).hasSize(1).containsOnlyNulls();
        for (String odd : List.of(one, "{}", "<html>", "{\"errors\":true}", "{\"errors\":true,\"items\":[")) {
            assertThatThrownBy(() -> errors(odd, 2)).isInstanceOf(RetriableFailure.class);
        }
    }

    private static List<ErrorAnswer> errors(String answer, int items) {
        return BulkAnswer.errors(new ByteArrayInputStream(answer.getBytes(UTF_8)), items);
    }

    private static Class<?> classOf(int status, String type) {
        return new ErrorAnswer(status, type, "reason")
                .itemFailure(Operation.INDEX, "here:9200")
                .orElseThrow()
                .getClass();
    }
}
