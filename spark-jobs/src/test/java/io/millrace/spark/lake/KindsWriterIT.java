package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.support.ContractsCopy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KindsWriterIT {
    private static final String SCHEMA = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"n\",\"type\":%s},"
            + "{\"name\":\"event_day\",\"type\":\"string\",\"default\":\"mine\"}]}";
    private static final String ITSELF = "[\"null\",\"R\"],\"default\":null";

    @TempDir
    Path folder;

    private Lake lake;
    private ContractsCopy contracts;

    @BeforeEach
    void open() {
        lake = new Lake(folder);
        contracts = new ContractsCopy(folder.resolve("contracts"));
    }

    @Test
    void aKindThatCannotBeKeptHoldsUpNoOther() throws Exception {
        contracts.addKind("a.good", String.format(SCHEMA, "\"int\""));
        contracts.addKind("b.changing", String.format(SCHEMA, "\"int\""));
        contracts.addKind("c.recursive", String.format(SCHEMA, ITSELF));
        write("w/0", event("a.good", 0, 1), event("b.changing", 0, 1), event("c.recursive", 0, null));
        // Against all rules of compatibility.
        Path file = contracts.folder().resolve("b.changing");
        contracts.write(file.resolve("value.avsc"), String.format(SCHEMA, "{\"type\":\"array\",\"items\":\"string\"}"));
        contracts.write(
                file.resolve("contract.yaml"),
                Files.readString(file.resolve("contract.yaml")).replace("BACKWARD", "NONE"));
        write("w/1", event("a.good", 1, 2), event("b.changing", 1, List.of("x")));

        assertThat(rows("select n, event_day, kafka_offset, _event_day from a_good_raw order by n"))
                .containsExactly("1|mine|0|2023-11-14", "2|mine|1|2023-11-14");
        assertThat(rows("select n from b_changing_raw")).containsExactly("1");
    }

    private void write(String batch, Row... records) {
        new KindsWriter(lake.context(contracts.catalogue()), lake::schema).append(lake.batch(List.of(records)), batch);
    }

    private Row event(String topic, long offset, Object n) {
        Schema schema = contracts.schema(topic);
        GenericRecord event = new GenericRecordBuilder(schema).set("n", n).build();
        return Lake.record(topic, 0, offset, "k", lake.wire(event));
    }

    private List<String> rows(String query) {
        return lake.sql(query).stream().map(row -> row.mkString("|")).toList();
    }
}
