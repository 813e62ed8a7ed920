package io.millrace.connect.configs.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityResult;

/** Plans subjects: the mode first, because the schema is then checked under it. */
final class SubjectPlanner {
    private final Live live;
    private final List<Change> changes = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private int unchanged;
    private int compatible;

    SubjectPlanner(Live live) {
        this.live = live;
    }

    void plan(DeclaredSubject subject) {
        LiveSubject there = live.subjects().get(subject.name());
        int before = changes.size() + findings.size();
        if (there == null) {
            compatible++;
            // Of its own even where the registry's default is the same: Apicurio reports NONE for a subject without
            // one.
            changes.add(new Change.RegisterSchema(subject.name(), 0, List.of(), Optional.of(subject.compatibility())));
            return;
        }
        if (!there.compatibility().equals(subject.compatibility())) {
            changes.add(new Change.SetCompatibility(subject.name(), there.compatibility(), subject.compatibility()));
        }
        if (there.same().isPresent()) {
            compatible++;
            if (there.same().get() != there.newest() && !isOtherForm(subject, there)) {
                findings.add(Finding.note(
                        subject.name(),
                        "is registered as version " + there.same().get() + "; somebody else registered up to version "
                                + there.newest()));
            }
        } else {
            register(subject, there);
        }
        if (changes.size() + findings.size() == before) {
            unchanged++;
        }
    }

    /** A Connect converter registers its own writing of a schema beside ours: nothing that anybody needs to know. */
    private static boolean isOtherForm(DeclaredSubject subject, LiveSubject there) {
        return there.schema()
                .filter(newest -> differences(newest, subject.schema()).stream().allMatch(one -> one.startsWith("~")))
                .filter(newest -> breaks(subject.schema(), newest, "FULL").isEmpty())
                .isPresent();
    }

    private void register(DeclaredSubject subject, LiveSubject there) {
        List<String> breaks = there.schema()
                .map(newest -> breaks(subject.schema(), newest, subject.compatibility()))
                .orElse(List.of());
        // The registry answers for the mode that is in force there; where that is about to change, only we can tell.
        boolean sameMode = subject.compatibility().equals(there.compatibility());
        if (!breaks.isEmpty() || (sameMode && !there.accepted())) {
            String reason = breaks.isEmpty() ? "the registry does not say why" : String.join("; ", breaks);
            findings.add(Finding.problem(
                    subject.name(),
                    "",
                    "is not " + subject.compatibility() + " compatible with version " + there.newest()
                            + (there.accepted() ? ": " : ", and the registry refuses it: ") + reason
                            + ". Give new fields a default, keep removed ones, or declare a new event"));
            return;
        }
        compatible++;
        changes.add(new Change.RegisterSchema(
                subject.name(),
                there.newest(),
                there.schema()
                        .map(newest -> differences(newest, subject.schema()))
                        .orElse(List.of()),
                Optional.empty()));
    }

    private static List<String> breaks(Schema declared, Schema newest, String mode) {
        List<String> breaks = new ArrayList<>();
        if (mode.startsWith("BACKWARD") || mode.startsWith("FULL")) {
            breaks.addAll(breaks("a reader of the new schema cannot read old records", declared, newest));
        }
        if (mode.startsWith("FORWARD") || mode.startsWith("FULL")) {
            breaks.addAll(breaks("a reader of the old schema cannot read new records", newest, declared));
        }
        return breaks;
    }

    private static List<String> breaks(String meaning, Schema reader, Schema writer) {
        SchemaCompatibilityResult result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult();
        return result.getIncompatibilities().stream()
                .map(one -> meaning + " ("
                        + one.getType().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + one.getMessage()
                        + ")")
                .toList();
    }

    private static List<String> differences(Schema before, Schema after) {
        if (before.getType() != Schema.Type.RECORD || after.getType() != Schema.Type.RECORD) {
            return List.of();
        }
        List<String> differences = new ArrayList<>();
        for (Schema.Field field : after.getFields()) {
            Schema.Field old = before.getField(field.name());
            if (old == null) {
                differences.add("+ " + field.name());
            } else if (!old.schema().equals(field.schema())) {
                differences.add("~ " + field.name());
            }
        }
        before.getFields().stream()
                .filter(field -> after.getField(field.name()) == null)
                .forEach(field -> differences.add("- " + field.name()));
        return differences;
    }

    List<Change> changes() {
        return changes;
    }

    List<Finding> findings() {
        return findings;
    }

    int unchanged() {
        return unchanged;
    }

    int compatible() {
        return compatible;
    }
}
