package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

class UnchangedValuesTest {
    private static final byte[] BYTES = UnchangedValues.PLACEHOLDER.getBytes(StandardCharsets.UTF_8);

    @Test
    void everyTypesPlaceholderIsFound() {
        List<Object> numbers = new ArrayList<>();
        for (byte each : BYTES) {
            numbers.add((long) each);
        }
        for (Object value : List.of(
                UnchangedValues.PLACEHOLDER,
                BYTES,
                seq(UnchangedValues.PLACEHOLDER),
                seq(UUID.nameUUIDFromBytes(BYTES).toString()),
                seq(BYTES),
                seq(numbers.toArray()),
                JavaConverters.mapAsScalaMap(Map.of(UnchangedValues.PLACEHOLDER, "")))) {
            assertThat(UnchangedValues.isMissing(value)).as(value.toString()).isTrue();
        }
    }

    @Test
    void whatOnlyLooksLikeItIsAValue() {
        for (Object value : Arrays.asList(
                null,
                "",
                UnchangedValues.PLACEHOLDER + " ",
                1L,
                new byte[0],
                seq(),
                seq((Object) null),
                seq(UnchangedValues.PLACEHOLDER, UnchangedValues.PLACEHOLDER),
                seq((Object[]) new Long[BYTES.length]),
                JavaConverters.mapAsScalaMap(Map.of("k", UnchangedValues.PLACEHOLDER)))) {
            assertThat(UnchangedValues.isMissing(value))
                    .as(String.valueOf(value))
                    .isFalse();
        }
    }

    private static Object seq(Object... items) {
        return JavaConverters.asScalaBuffer(Arrays.asList(items)).toSeq();
    }
}
