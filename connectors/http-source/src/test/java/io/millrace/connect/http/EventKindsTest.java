package io.millrace.connect.http;

import static io.millrace.connect.http.ContractsOnDisk.field;
import static io.millrace.connect.http.ContractsOnDisk.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.connect.http.answer.Rejection;
import io.millrace.schemas.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventKindsTest {
    private static final String CLICK = record("Click", field("id", "\"string\""), field("x", "\"int\""));

    @TempDir
    private Path temporary;

    private ContractsOnDisk contracts;

    @BeforeEach
    void writeContracts() throws IOException {
        contracts = new ContractsOnDisk(temporary.resolve("contracts"))
                .kind("web.clicks", "id", CLICK)
                .kind("shop.returns", "none", record("Return", field("sku", "\"string\"")))
                .contract("serving.clicks", "id", "spark", CLICK);
    }

    @Test
    void everyEventKindIsTakenByItsTopic() throws Rejection {
        EventKinds kinds = kinds();
        assertThat(kinds.taken()).extracting(EventKind::topic).containsExactly("shop.returns", "web.clicks");
        assertThat(kinds.require("shop.returns").topic()).isEqualTo("shop.returns");
        assertThat(kinds.standard().topic()).isEqualTo("web.clicks");
    }

    @Test
    void anUnknownKindIsRefusedWithTheNearest() {
        assertThat(refusal(kinds(), "web.click"))
                .isEqualTo("there is no event kind web.click; did you mean web.clicks?");
        assertThat(refusal(kinds(), "orders"))
                .isEqualTo("there is no event kind orders; there are shop.returns, web.clicks");
    }

    @Test
    void aTopicThatClientsDoNotWriteIsRefusedWithItsWriter() {
        assertThat(refusal(kinds(), "serving.clicks"))
                .startsWith("serving.clicks is no event kind: its records are written by spark, not by clients");
    }

    @Test
    void onlyTheKindsThatAreNamedAreTaken() {
        EventKinds kinds = kinds("event.kinds", "shop.returns");
        assertThat(kinds.taken()).extracting(EventKind::topic).containsExactly("shop.returns");
        assertThat(refusal(kinds, "web.clicks"))
                .isEqualTo("events of the kind web.clicks are not taken here;"
                        + " event.kinds of this connector leaves them out");
    }

    @Test
    void aContractThatCannotBeKeptOverHttpConcernsItsKindAlone() throws Exception {
        contracts.kind("bad.kind", "none", record("Bad", field("u", "[\"int\",\"string\"]")));
        EventKinds kinds = kinds();
        assertThat(kinds.taken()).extracting(EventKind::topic).containsExactly("shop.returns", "web.clicks");
        assertThat(refusal(kinds, "bad.kind"))
                .startsWith("events of the kind bad.kind are not taken: field u is a union of int and string");
        assertThat(kinds.problems()).containsExactly(refusal(kinds, "bad.kind"));
    }

    @Test
    void aContractThatGotWorseKeepsItsLastGoodVersion() throws Exception {
        EventKinds before = kinds();
        contracts
                .kind("shop.returns", "none", record("Return", field("sku", "[\"int\",\"string\"]")))
                .kind(
                        "web.clicks",
                        "id",
                        record("Click", field("id", "\"string\""), field("x", "[\"int\",\"string\"]")));
        EventKinds after = before.with(Catalogue.read(contracts.folder()));
        assertThat(after.require("shop.returns")).isSameAs(before.require("shop.returns"));
        assertThat(after.standard()).isSameAs(before.standard());
        assertThat(after.problems())
                .hasSize(3)
                .allMatch(problem -> problem.contains("its last good version stays in use"));
    }

    @Test
    void whatDidNotChangeKeepsItsReaderAndWhatIsGoneIsNotTaken() throws Exception {
        EventKinds before = kinds();
        contracts.kind("web.clicks", "id", record("Click", field("id", "\"string\""), field("y", "\"int\"")));
        EventKinds after = before.with(Catalogue.read(contracts.folder()));
        assertThat(after.require("shop.returns")).isSameAs(before.require("shop.returns"));
        assertThat(after.require("web.clicks")).isNotSameAs(before.require("web.clicks"));
        contracts.remove("shop.returns");
        assertThat(refusal(after.with(Catalogue.read(contracts.folder())), "shop.returns"))
                .startsWith("there is no event kind shop.returns");
    }

    @Test
    void withoutTheContractOfItsOwnTopicTheConnectorDoesNotStart() {
        assertThatThrownBy(() -> kinds("topic", "web.cliks")).hasMessageContaining("no contract for topic web.cliks");
    }

    @Test
    void anEnumIsRefusedWhenTheConverterWouldWriteAString() throws Exception {
        contracts.kind(
                "enum.kind",
                "none",
                record(
                        "WithEnum",
                        field(
                                "all",
                                "{\"type\":\"array\",\"items\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}}")));
        String converter = "io.apicurio.registry.utils.converter.AvroConverter";
        assertThat(refusal(kinds("value.converter", converter), "enum.kind"))
                .endsWith("field all[] has the type enum, which the converter writes as one only with"
                        + " value.converter.enhanced.avro.schema.support=true");
        assertThat(kinds("value.converter", converter, "value.converter.enhanced.avro.schema.support", "true")
                        .require("enum.kind"))
                .isNotNull();
        assertThat(kinds("value.converter", "org.apache.kafka.connect.json.JsonConverter")
                        .require("enum.kind"))
                .isNotNull();
        assertThat(kinds().require("enum.kind")).isNotNull();
    }

    private static String refusal(EventKinds kinds, String topic) {
        Rejection rejection = catchThrowableOfType(Rejection.class, () -> kinds.require(topic));
        assertThat(rejection).as("a rejection").isNotNull();
        assertThat(rejection.status()).isEqualTo(404);
        return rejection.reason();
    }

    private EventKinds kinds(String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("topic", "web.clicks"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return EventKinds.of(new HttpSourceConfig(all), () -> "random-id", Catalogue.read(contracts.folder()));
    }
}
