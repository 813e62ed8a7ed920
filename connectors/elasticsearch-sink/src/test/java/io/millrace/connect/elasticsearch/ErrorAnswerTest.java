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

class ErrorAnswerTest {

    @Test
    void passingConditionsAreRetriedWhateverTheirStatus() {
        assertThat(classOf(429, "es_rejected_execution_exception")).isEqualTo(RetriableFailure.class);
        assertThat(classOf(503, "")).isEqualTo(RetriableFailure.class);
        assertThat(classOf(403, "cluster_block_exception")).isEqualTo(RetriableFailure.class);
        assertThat(classOf(400, "index_closed_exception")).isEqualTo(RetriableFailure.class);
        assertThat(classOf(404, "index_not_found_exception")).isEqualTo(RetriableFailure.class);
    }

    @Test
    void whatIsWrongWithADocumentIsTheDocumentsFailure() {
        for (String type :
                List.of("mapper_parsing_exception", "document_parsing_exception", "illegal_argument_exception")) {
            assertThat(classOf(400, type)).isEqualTo(RecordFailure.class);
        }
    }

    @Test
    void refusedAccessAndAnythingUnknownFailTheTask() {
        assertThat(classOf(401, "security_exception")).isEqualTo(FatalFailure.class);
        assertThat(classOf(403, "security_exception")).isEqualTo(FatalFailure.class);
        assertThat(classOf(400, "invalid_index_name_exception")).isEqualTo(FatalFailure.class);
        assertThat(classOf(500, "null_pointer_exception")).isEqualTo(FatalFailure.class);
    }

    @Test
    void aConflictOfAnUpdateIsTriedAgain() {
        ErrorAnswer conflict = new ErrorAnswer(409, "version_conflict_engine_exception", "");
        assertThat(conflict.itemFailure(Operation.UPDATE, "x")).containsInstanceOf(RetriableFailure.class);
        assertThat(conflict.itemFailure(Operation.CREATE, "x")).isEmpty();
        assertThat(conflict.itemFailure(Operation.DELETE, "x")).isEmpty();
    }

    @Test
    void anUpdateOfADocumentThatIsNotThereIsTheRecordsFailure() {
        assertThat(classOf(404, "document_missing_exception")).isEqualTo(RecordFailure.class);
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
