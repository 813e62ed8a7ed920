package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;

class FieldCopyTest {
    private static final Schema SOURCE = SchemaBuilder.record("Source")
            .fields()
            .requiredString("same")
            .requiredInt("wider")
            .optionalInt("widerOptional")
            .optionalString("mayBeNull")
            .requiredString("unlike")
            .requiredString("onlyHere")
            .endRecord();
    private static final Schema TARGET = SchemaBuilder.record("Target")
            .fields()
            .requiredString("onlyThere")
            .optionalString("same")
            .requiredLong("wider")
            .optionalLong("widerOptional")
            .name("mayBeNull")
            .type()
            .stringType()
            .stringDefault("none")
            .optionalLong("unlike")
            .endRecord();

    @Test
    void fieldsOfOneNameAreCopiedInTheTargetsTypes() {
        GenericRecord source = new GenericRecordBuilder(SOURCE)
                .set("same", "s")
                .set("wider", 1)
                .set("widerOptional", 2)
                .set("mayBeNull", null)
                .set("unlike", "u")
                .set("onlyHere", "h")
                .build();
        GenericRecord target = TestCodecs.encoder(TARGET, 1).newRecord();
        target.put("onlyThere", "there");

        new FieldCopy(SOURCE, TARGET).copy(source, target);

        assertThat(target)
                .hasToString("{\"onlyThere\": \"there\", \"same\": \"s\", \"wider\": 1, \"widerOptional\": 2,"
                        + " \"mayBeNull\": \"none\", \"unlike\": null}");
        assertThat(TestCodecs.encoder(TARGET, 1).encode(target)).isNotEmpty();
    }
}
