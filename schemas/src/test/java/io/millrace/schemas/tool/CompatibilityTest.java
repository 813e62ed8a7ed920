package io.millrace.schemas.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompatibilityTest {

    @ParameterizedTest
    @ValueSource(strings = {"BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE"})
    void aFieldWithoutADefaultMayNotBeRemoved(String mode) {
        assertThat(sentences(
                        mode, "'name':'a','type':'int'},{'name':'page','type':'string'", "'name':'a','type':'int'"))
                .containsExactly("field page was removed, but version 1 released it without a default, so whoever still"
                        + " reads with version 1 cannot read new records; keep the field and mark it deprecated in its"
                        + " doc");
    }

    @Test
    void aFieldWithADefaultMayBeRemoved() {
        assertThat(sentences(
                        "FULL",
                        "'name':'a','type':'int'},{'name':'b','type':'int','default':0",
                        "'name':'a','type':'int'"))
                .isEmpty();
    }

    @Test
    void nothingIsPromisedUnderNone() {
        assertThat(sentences("NONE", "'name':'a','type':'int'", "'name':'b','type':'string'"))
                .isEmpty();
    }

    @Test
    void anAliasDoesNotMakeARenameHarmless() {
        assertThat(sentences("BACKWARD", "'name':'a','type':'int'", "'name':'b','type':'int','aliases':['a']"))
                .singleElement()
                .asString()
                .startsWith("field a was renamed to b, but version 1 released it without a default")
                .endsWith("keep a, mark it deprecated in its doc, and add b with a default next to it");
    }

    @Test
    void aFieldThatIsAddedNeedsADefaultForTheSakeOfOldRecords() {
        String before = "'name':'a','type':'int'";
        String added = before + "},{'name':'b','type':'string'";
        assertThat(sentences("BACKWARD", before, added))
                .containsExactly(
                        "field b was added without a default, so records of version 1, which do not have it, can"
                                + " no longer be read; give it a default, such as \"type\": [\"null\", \"string\"],"
                                + " \"default\": null");
        assertThat(sentences("FORWARD", before, added)).isEmpty();
        assertThat(sentences("FULL", before, before + "},{'name':'b','type':['null','string'],'default':null"))
                .isEmpty();
    }

    @Test
    void aDefaultMayChangeButNotGo() {
        String before = "'name':'site','type':'string','default':'x'";
        assertThat(sentences("BACKWARD", before, "'name':'site','type':'string'"))
                .containsExactly(
                        "field site lost the default that it has in version 1, so writers that leave it out are"
                                + " refused; keep the default (another value is allowed)");
        assertThat(sentences("FULL", before, "'name':'site','type':'string','default':'y'"))
                .isEmpty();
    }

    @Test
    void aTypeMayOnlyGrowIntoOneThatReadsTheOldRecords() {
        assertThat(sentences("BACKWARD", "'name':'a','type':'int'", "'name':'a','type':'long'"))
                .isEmpty();
        assertThat(sentences("BACKWARD", "'name':'a','type':'int'", "'name':'a','type':'string'"))
                .containsExactly(
                        "field a changed from int to string, so records of version 1 can no longer be read; keep"
                                + " its type and add a new field with a default next to it");
        assertThat(sentences("FORWARD", "'name':'a','type':'int'", "'name':'a','type':'long'"))
                .containsExactly(
                        "field a changed from int to long, so whoever still reads with version 1 cannot read new"
                                + " records; keep its type and add a new field with a default next to it");
        assertThat(sentences("BACKWARD", "'name':'a','type':['null','int']", "'name':'a','type':['null','long']"))
                .isEmpty();
        assertThat(sentences("BACKWARD", "'name':'a','type':['null','long']", "'name':'a','type':['null','int']"))
                .singleElement()
                .asString()
                .startsWith("field a may no longer be long, so records of version 1 that hold one");
    }

    @Test
    void aFieldMayBecomeNullableForNewReadersOnly() {
        String plain = "'name':'a','type':'string'";
        String nullable = "'name':'a','type':['null','string']";
        assertThat(sentences("BACKWARD", plain, nullable)).isEmpty();
        assertThat(sentences("FORWARD", plain, nullable))
                .containsExactly(
                        "field a may now be null, so whoever still reads with version 1 cannot read new records;"
                                + " keep its type and add a new field with a default next to it");
        assertThat(sentences("BACKWARD", nullable, plain))
                .containsExactly(
                        "field a may no longer be null, so records of version 1 that hold null can no longer be"
                                + " read; keep \"null\" in its type");
    }

    @Test
    void aTypeOfAUnionMayNotGo() {
        assertThat(sentences(
                        "BACKWARD",
                        "'name':'a','type':['null','string','boolean']",
                        "'name':'a','type':['null','string']"))
                .containsExactly("field a may no longer be boolean, so records of version 1 that hold one can no longer"
                        + " be read; keep \"boolean\" in its type");
    }

    @Test
    void symbolsOfAnEnumAreKeptForOldRecordsAndOldReaders() {
        String two = "'name':'s','type':{'type':'enum','name':'E','symbols':['A','B']}";
        String one = "'name':'s','type':{'type':'enum','name':'E','symbols':['A']}";
        String oneWithDefault = "'name':'s','type':{'type':'enum','name':'E','symbols':['A'],'default':'A'}";
        assertThat(sentences("BACKWARD", two, one))
                .containsExactly(
                        "field s lost the symbol B, so records of version 1 that hold it can no longer be read;"
                                + " keep the symbol, or give the enum a \"default\" that stands for symbols it does not know");
        assertThat(sentences("BACKWARD", two, oneWithDefault)).isEmpty();
        assertThat(sentences("BACKWARD", one, two)).isEmpty();
        assertThat(sentences("FORWARD", one, two))
                .containsExactly(
                        "field s may now be the symbol B, so whoever still reads with version 1, where the enum"
                                + " has no default, cannot read new records; keep the symbols and add a new field with a default"
                                + " next to it");
        assertThat(sentences("FULL", oneWithDefault, two.replace("]}", "],'default':'A'}")))
                .isEmpty();
    }

    @Test
    void namesStayAlthoughAvroForgivesAnotherNamespace() {
        Schema before = record("x.R", "'name':'a','type':'int'");
        assertThat(sentences("BACKWARD", before, record("y.R", "'name':'a','type':'int'")))
                .containsExactly(
                        "the record was renamed from x.R to y.R, but readers with version 1 go by its full name;"
                                + " keep name and namespace");
    }

    @Test
    void logicalTypesStayAlthoughAvroDoesNotLook() {
        String millis = "'name':'t','type':{'type':'long','logicalType':'timestamp-millis'}";
        assertThat(sentences("BACKWARD", millis, millis.replace("millis", "micros")))
                .containsExactly("field t changed from timestamp-millis to timestamp-micros, so the same bytes mean"
                        + " something else to whoever still reads with version 1; keep its logical type and add a new"
                        + " field with a default next to it");
        assertThat(sentences("BACKWARD", millis, "'name':'t','type':'long'")).hasSize(1);
        String decimal = "'name':'p','type':{'type':'bytes','logicalType':'decimal','precision':9,'scale':2}";
        assertThat(sentences("BACKWARD", decimal, decimal.replace(":2", ":3")))
                .singleElement()
                .asString()
                .startsWith("field p changed from decimal(9, 2) to decimal(9, 3)");
    }

    @Test
    void aFixedTypeKeepsItsSize() {
        String four = "'name':'h','type':{'type':'fixed','name':'H','size':4}";
        assertThat(sentences("BACKWARD", four, four.replace(":4", ":8")))
                .singleElement()
                .asString()
                .startsWith("field h changed from 4 to 8 bytes");
    }

    @Test
    void nestedFieldsAreNamedByTheirPath() {
        String lines = "'name':'lines','type':{'type':'array','items':['null',{'type':'record','name':'Line','fields':["
                + "{'name':'sku','type':'string'},{'name':'price','type':'int'}]}]}";
        assertThat(sentences("BACKWARD", lines, lines.replace(",{'name':'price','type':'int'}", "")))
                .singleElement()
                .asString()
                .startsWith("field lines[].price was removed");
        String tags = "'name':'tags','type':{'type':'map','values':'int'}";
        assertThat(sentences("BACKWARD", tags, tags.replace("'int'", "'string'")))
                .singleElement()
                .asString()
                .startsWith("field tags{} changed from int to string");
        String either = "'name':'d','type':[{'type':'record','name':'Left','fields':[{'name':'a','type':'int'}]},"
                + "{'type':'record','name':'Right','fields':[{'name':'b','type':'int'},{'name':'c','type':'int'}]}]";
        assertThat(sentences("BACKWARD", either, either.replace(",{'name':'c','type':'int'}", "")))
                .singleElement()
                .asString()
                .startsWith("field d(Right).c was removed");
    }

    @Test
    void aRecordThatHoldsItselfIsComparedOnce() {
        Schema tree = record("x.T", "'name':'a','type':'int'},{'name':'next','type':['null','T'],'default':null");
        Schema pruned = record("x.T", "'name':'next','type':['null','T'],'default':null");
        assertThat(sentences("BACKWARD", tree, pruned)).hasSize(1);
    }

    @Test
    void orderAndDocumentationDoNotMatter() {
        String ab = "'name':'a','type':'int'},{'name':'b','type':['null','string'],'default':null";
        String ba =
                "'name':'b','type':['null','string'],'default':null,'doc':'x'},{'name':'a','type':'int','unit':'ms'";
        assertThat(sentences("FULL", ab, ba)).isEmpty();
    }

    @Test
    void everyReleasedVersionCountsAndOneSentenceNamesThemAll() {
        Schema first = record("x.R", "'name':'a','type':'int'},{'name':'b','type':'int'");
        Schema third = record(
                "x.R", "'name':'a','type':'int'},{'name':'b','type':'int'},{'name':'c','type':'int','default':0");
        assertThat(check("BACKWARD", record("x.R", "'name':'a','type':'int'"), first, first, third))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.field()).isEqualTo("b");
                    assertThat(one.rule()).isEqualTo("field-removed");
                    assertThat(one.versions()).containsExactly(1, 2, 3);
                    assertThat(one.problem()).contains("versions 1, 2 and 3");
                });
    }

    @Test
    void severalBreaksGiveASentenceEach() {
        assertThat(sentences(
                        "BACKWARD",
                        "'name':'a','type':'int'},{'name':'b','type':'int'},{'name':'c','type':'int'",
                        "'name':'a','type':'string'},{'name':'d','type':'int'"))
                .hasSize(4)
                .allSatisfy(
                        sentence -> assertThat(sentence).containsOnlyOnce("; ").doesNotContain("\n"));
    }

    private static List<String> sentences(String mode, String before, String after) {
        return sentences(mode, record("x.R", before), record("x.R", after));
    }

    private static List<String> sentences(String mode, Schema before, Schema after) {
        return check(mode, after, before).stream().map(Break::sentence).toList();
    }

    private static List<Break> check(String mode, Schema current, Schema... released) {
        TreeMap<Integer, Schema> versions = new TreeMap<>();
        Arrays.stream(released).forEach(schema -> versions.put(versions.size() + 1, schema));
        return Compatibility.check("a.topic", mode, current, versions);
    }

    private static Schema record(String name, String fields) {
        String json = "{'type':'record','name':'" + name + "','fields':[{" + fields + "}]}";
        return new Schema.Parser().parse(json.replace('\'', '"'));
    }
}
