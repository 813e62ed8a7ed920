package io.millrace.connect.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.RecordFailure;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.SinkFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisErrorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "OOM command not allowed when used memory > 'maxmemory'.",
                "READONLY You can't write against a read only replica.",
                "BUSY Redis is busy running a script.",
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "CLUSTERDOWN The cluster is down",
                "MASTERDOWN Link with MASTER is down",
                "MISCONF Redis is configured to save RDB snapshots",
                "NOSCRIPT No matching script.",
                "MOVED 3999 127.0.0.1:6381",
                "ASK 3999 127.0.0.1:6381"
            })
    void conditionsThatPassAreRetried(String reply) {
        assertThat(RedisError.of(reply).failure("here:6379")).isInstanceOf(RetriableFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WRONGTYPE Operation against a key holding the wrong kind of value",
                "ERR hash value is not an integer",
                "ERR increment or decrement would overflow",
                "Existing key has wrong Redis type"
            })
    void whatIsWrongWithOneRecordIsTheRecordsFailure(String reply) {
        assertThat(RedisError.of(reply).refusal("here:6379", false)).isInstanceOf(RecordFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"OOM command not allowed", "MOVED 3999 127.0.0.1:6381", "NOPERM this user", "CROSSSLOT keys"})
    void anotherReasonIsNotBlamedOnTheRecordUnlessTheRestIsWritten(String reply) {
        assertThatThrownBy(() -> RedisError.of(reply).refusal("here:6379", false))
                .isInstanceOf(SinkFailure.class)
                .isNotInstanceOf(RecordFailure.class);
        assertThat(RedisError.of(reply).refusal("here:6379", true)).isInstanceOf(RecordFailure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOAUTH Authentication required.",
                "WRONGPASS invalid username-password pair",
                "NOPERM this user has no permissions",
                "CROSSSLOT Keys in request don't hash to the same slot",
                "ERR unknown command"
            })
    void everythingElseFailsTheTaskWithWhatToDo(String reply) {
        assertThat(RedisError.of(reply).failure("here:6379"))
                .isInstanceOf(FatalFailure.class)
                .hasMessageContaining("here:6379")
                .hasMessageContaining(";");
    }
}
