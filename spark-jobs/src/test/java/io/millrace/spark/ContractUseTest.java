package io.millrace.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.declared.JobsFolder;
import io.millrace.spark.support.ContractsCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractUseTest {
    private static final String FIELD = "{\"name\":\"campaign\",\"type\":[\"null\",\"string\"],\"default\":null}";

    @TempDir
    Path folder;

    private ContractsCopy contracts;

    @BeforeEach
    void copy() {
        contracts = new ContractsCopy(folder.resolve("contracts"));
    }

    @Test
    void onlyTheJobsThatUseAContractAreAffectedByIt() {
        Catalogue before = contracts.catalogue();
        contracts.addField("web.events", "site", FIELD);
        Catalogue after = contracts.catalogue();

        assertThat(affected(before, after)).containsExactlyInAnyOrder("enrich", "data_quality", "lake_raw");
    }

    @Test
    void aNewKindOfEventsAffectsTheJobsOfAllKinds() {
        contracts.removeKinds();
        Catalogue before = contracts.catalogue();
        contracts.addKind("shop.returns", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}");
        Catalogue after = contracts.catalogue();

        assertThat(affected(before, after))
                .containsExactlyInAnyOrder("events_per_minute", "data_quality", "lake_events");
        Job counting =
                Jobs.named(List.of("events_per_minute"), JobsFolder.EMPTY).get(0);
        assertThat(ContractUse.of(counting, before).needed()).isFalse();
        assertThat(ContractUse.of(counting, after).needed()).isTrue();
        assertThat(ContractUse.of(counting, before).difference(ContractUse.of(counting, after)))
                .isEqualTo("shop.returns is new");
    }

    @Test
    void whatNoQueryIsBuiltFromAffectsNone() throws IOException {
        Catalogue before = contracts.catalogue();
        Path file = contracts.folder().resolve("web.events");
        contracts.write(
                file.resolve("contract.yaml"),
                Files.readString(file.resolve("contract.yaml")).replace("owner: web", "owner: shop"));
        contracts.write(
                file.resolve("value.avsc"),
                Files.readString(file.resolve("value.avsc")).replace("Size of the answer", "Length of the answer"));
        Catalogue after = contracts.catalogue();

        assertThat(after.require("web.events").owner()).isEqualTo("shop");
        assertThat(affected(before, after)).isEmpty();
    }

    @Test
    void aChangedPolicyAboutLateDataAffectsThoseWhoApplyIt() {
        Job job = new Job() {
            @Override
            public String name() {
                return "job";
            }

            @Override
            public List<Contract> contracts(Catalogue catalogue) {
                return List.of(catalogue.require("kind"));
            }

            @Override
            public StreamingQuery start(JobContext context) {
                throw new UnsupportedOperationException();
            }
        };
        contracts.addKind("kind", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}", "late_data: {future: 1h}");
        ContractUse before = ContractUse.of(job, contracts.catalogue());
        Path file = contracts.folder().resolve("kind").resolve("contract.yaml");
        contracts.write(file, read(file).replace("future: 1h", "future: 2h"));

        assertThat(before.difference(ContractUse.of(job, contracts.catalogue())))
                .isEqualTo("kind changed");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> affected(Catalogue before, Catalogue after) {
        return java.util.Arrays.stream(Group.values())
                .flatMap(group -> Jobs.of(group).stream())
                .filter(job -> !ContractUse.of(job, before).equals(ContractUse.of(job, after)))
                .map(Job::name)
                .toList();
    }
}
