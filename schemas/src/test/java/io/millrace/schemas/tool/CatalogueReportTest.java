package io.millrace.schemas.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueReportTest {
    private static final String ID = "{\"name\": \"id\", \"type\": \"string\"}";
    private static final String AMOUNT = "{\"name\": \"amount\", \"type\": \"int\"}";

    @TempDir
    private Path contracts;

    private Path folder;

    @BeforeEach
    void releaseOne() throws IOException {
        folder = contract("shop.returns", "Return", ID + ", " + AMOUNT);
        ReleasedVersions.release(folder);
    }

    @Test
    void theShippedContractsAreSoundAndReleased() {
        CatalogueReport report = CatalogueReport.of(Path.of("contracts"));
        assertThat(report.sentences()).isEmpty();
        assertThat(report.contracts())
                .filteredOn(one -> one.name().equals("web.events"))
                .singleElement()
                .satisfies(one -> assertThat(one.released()).isPositive());
    }

    @Test
    void whatWasReleasedMayNotBreak() throws IOException {
        value(folder, "Return", ID);
        assertThat(CatalogueReport.of(contracts).sentences())
                .containsExactly(
                        "shop.returns: field amount was removed, but version 1 released it without a default, so"
                                + " whoever still reads with version 1 cannot read new records; keep the field and mark it"
                                + " deprecated in its doc.");
    }

    @Test
    void aFieldThatIsGoneGivesNoSecondSentenceForThoseWhoMissIt() throws IOException {
        Files.writeString(
                folder.resolve("contract.yaml"),
                "owner: us\nwritten_by: us\ndescription: d\ntopic: {key: amount}\nquality: {fields: {amount: {min: 1}}}\n");
        value(folder, "Return", ID);
        assertThat(CatalogueReport.of(contracts).sentences())
                .singleElement()
                .asString()
                .contains("was removed");
    }

    @Test
    void oneBrokenContractDoesNotHideAnother() throws IOException {
        value(folder, "Return", ID);
        Files.writeString(contract("shop.visits", "Visit", ID).resolve("contract.yaml"), "ownr: us\n");
        assertThat(CatalogueReport.of(contracts).sentences()).hasSize(2);
    }

    @Test
    void anOptionalFieldIsAChangeThatWaitsForItsRelease() throws IOException {
        value(
                folder,
                "Return",
                ID + ", " + AMOUNT + ", {\"name\": \"note\", \"type\": [\"null\", \"string\"], \"default\": null}");
        ContractReport report = ContractReport.of(folder);
        assertThat(report.isSound()).isTrue();
        assertThat(report.unreleased()).isTrue();
        assertThat(ReleasedVersions.release(folder)).hasFileName("2.avsc");
        assertThat(ContractReport.of(folder).unreleased()).isFalse();
    }

    @Test
    void nothingIsReleasedTwiceOrWithABreak() throws IOException {
        assertThatThrownBy(() -> ReleasedVersions.release(folder))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("nothing to release, value.avsc is the same as version 1");
        value(folder, "Return", ID);
        assertThatThrownBy(() -> ReleasedVersions.release(folder))
                .isInstanceOf(ContractException.class)
                .hasMessageContaining("field amount was removed");
        assertThat(folder.resolve("released")).isDirectoryContaining("glob:**/1.avsc");
        assertThat(folder.resolve("released/2.avsc")).doesNotExist();
    }

    @Test
    void aGapBetweenReleasedVersionsIsAnError() throws IOException {
        Files.move(folder.resolve("released/1.avsc"), folder.resolve("released/2.avsc"));
        assertThat(CatalogueReport.of(contracts).sentences())
                .singleElement()
                .asString()
                .contains("1.avsc: is missing, though version 2 exists");
    }

    @Test
    void aReleasedFileThatCannotBeReadIsAnError() throws IOException {
        Files.writeString(folder.resolve("released/1.avsc"), "{\n  no\n}");
        assertThat(CatalogueReport.of(contracts).sentences())
                .singleElement()
                .asString()
                .contains("1.avsc:2: is no JSON");
        Files.move(folder.resolve("released/1.avsc"), folder.resolve("released/latest.avsc"));
        assertThat(CatalogueReport.of(contracts).sentences())
                .singleElement()
                .asString()
                .contains("latest.avsc: a released version is named by its number");
    }

    @Test
    void aReleasedSchemaMayNotBeTakenBack() throws IOException {
        Files.delete(folder.resolve("value.avsc"));
        assertThat(CatalogueReport.of(contracts).sentences())
                .singleElement()
                .asString()
                .contains("value.avsc: is gone, though version 1 was released");
    }

    @Test
    void twoContractsMayShareATypeButNotANameForTwo() throws IOException {
        contract("shop.copies", "Return", ID + ", " + AMOUNT);
        assertThat(CatalogueReport.of(contracts).sentences()).isEmpty();
        contract("shop.others", "Return", ID);
        assertThat(CatalogueReport.of(contracts).sentences())
                .singleElement()
                .asString()
                .contains("defines x.Return differently from shop.copies")
                .contains("give one of them another name or namespace");
    }

    @Test
    void namesThatCannotBecomeJavaAreRefused() throws IOException {
        contract("shop.words", "class", ID);
        contract("shop.members", "Members", "{\"name\": \"decoder\", \"type\": \"int\"}");
        assertThat(CatalogueReport.of(contracts).sentences())
                .hasSize(2)
                .anySatisfy(
                        sentence -> assertThat(sentence).contains("names a type class, which is a word of the Java"))
                .anySatisfy(sentence -> assertThat(sentence).contains("has a field decoder, for which"));
    }

    @Test
    void aNewContractIsCompleteAndSound() {
        Path made = NewContract.create(contracts, "shop.wish-lists", "shop \"A\"");
        CatalogueReport report = CatalogueReport.of(contracts);
        assertThat(report.sentences()).isEmpty();
        assertThat(ContractReport.of(made).contract()).hasValueSatisfying(contract -> {
            assertThat(contract.isEventKind()).isTrue();
            assertThat(contract.owner()).isEqualTo("shop \"A\"");
            assertThat(contract.requireValue().getFullName()).isEqualTo("io.millrace.events.ShopWishLists");
        });
        assertThatThrownBy(() -> NewContract.create(contracts, "shop.wish-lists", "a"))
                .hasMessageContaining("exists already");
        assertThatThrownBy(() -> NewContract.create(contracts, "../x", "a"))
                .hasMessageContaining("cannot make a contract");
    }

    private Path contract(String topic, String record, String fields) throws IOException {
        Path made = Files.createDirectories(contracts.resolve(topic));
        Files.writeString(made.resolve("contract.yaml"), "owner: us\nwritten_by: us\ndescription: d\n");
        value(made, record, fields);
        return made;
    }

    private static void value(Path folder, String record, String fields) throws IOException {
        Files.writeString(
                folder.resolve("value.avsc"),
                "{\"type\": \"record\", \"name\": \"" + record + "\", \"namespace\": \"x\", \"fields\": [" + fields
                        + "]}");
    }
}
