package io.millrace.schemas.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;

/** Avro's own checker is the measure: ours may be stricter, and must be able to say why. */
class CompatibilityPropertiesTest {
    private static final List<String> STRICTER = List.of(
            "field-removed",
            "field-renamed",
            "default-removed",
            "name-changed",
            "logical-type-changed",
            "alias-of-another-type");

    /** An earlier and a later schema: unrelated ones, or more often a few edits apart. */
    record Pair(Schema before, Schema after) {}

    @Property(tries = 3000)
    void theVerdictIsNeverLaxerThanAvros(@ForAll("pairs") Pair pair, @ForAll("modes") String mode) {
        boolean avroAgrees = CompatibilityMode.of(mode).holds(pair.before(), pair.after());
        if (!avroAgrees) {
            assertThat(breaks(mode, pair)).isNotEmpty();
        }
    }

    @Property(tries = 3000)
    void everyBreakIsExplainedByARuleOfOurs(@ForAll("pairs") Pair pair, @ForAll("modes") String mode) {
        assertThat(breaks(mode, pair)).extracting(Break::rule).doesNotContain("unreadable");
    }

    @Property(tries = 3000)
    void whereAvroAgreesOnlyTheRulesThatAreMeantToBeStricterBreak(
            @ForAll("pairs") Pair pair, @ForAll("modes") String mode) {
        if (CompatibilityMode.of(mode).holds(pair.before(), pair.after())) {
            assertThat(breaks(mode, pair)).extracting(Break::rule).allMatch(STRICTER::contains);
        }
    }

    @Property(tries = 300)
    void aSchemaIsCompatibleWithItself(@ForAll("pairs") Pair pair, @ForAll("modes") String mode) {
        assertThat(breaks(mode, new Pair(pair.before(), pair.before()))).isEmpty();
    }

    @Property(tries = 300)
    void nothingBreaksUnderNone(@ForAll("pairs") Pair pair) {
        assertThat(breaks("NONE", pair)).isEmpty();
    }

    @Property(tries = 300)
    void anOptionalFieldMayAlwaysBeAdded(@ForAll("pairs") Pair pair, @ForAll("modes") String mode) {
        List<Schema.Field> fields = new ArrayList<>();
        pair.before().getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        Schema optional = Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING));
        fields.add(new Schema.Field("added_later", optional, null, Schema.Field.NULL_DEFAULT_VALUE));
        Collections.shuffle(fields, new Random(1));
        Schema after =
                Schema.createRecord(pair.before().getName(), null, pair.before().getNamespace(), false, fields);
        assertThat(breaks(mode, new Pair(pair.before(), after))).isEmpty();
    }

    private static List<Break> breaks(String mode, Pair pair) {
        return Compatibility.check("a.topic", mode, pair.after(), new TreeMap<>(Map.of(1, pair.before())));
    }

    @Provide
    Arbitrary<String> modes() {
        return Arbitraries.of("BACKWARD", "FORWARD", "FULL");
    }

    @Provide
    Arbitrary<Pair> pairs() {
        return Arbitraries.randoms().map(random -> {
            RandomSchemas schemas = new RandomSchemas(random);
            RandomSchemas.Spec before = schemas.spec();
            RandomSchemas.Spec after = random.nextInt(8) == 0 ? schemas.spec() : schemas.edited(before);
            return new Pair(before.schema(), after.schema());
        });
    }
}
