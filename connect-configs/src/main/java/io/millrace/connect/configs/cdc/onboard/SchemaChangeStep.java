package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.schemas.SchemaRegistry;
import java.util.Optional;

/** Has the registry judge later schemas of the topics as the capture's policy says. */
record SchemaChangeStep(Capture capture) implements Step {
    @Override
    public String name() {
        return "policy";
    }

    @Override
    public String what() {
        return "schema changes: " + capture.spec().schemaChanges() + " (" + mode(capture.spec()) + ")";
    }

    /** The registry's word for a policy. */
    static String mode(CaptureSpec spec) {
        return switch (spec.schemaChanges()) {
            case "strict" -> "FULL";
            case "lenient" -> "NONE";
            default -> "BACKWARD";
        };
    }

    @Override
    public boolean isDone() {
        return capture.journal().state(name()).filter("done"::equals).isPresent();
    }

    @Override
    public void apply() {
        Optional<SchemaRegistry> registry = capture.clusters().registry();
        registry.ifPresent(one -> capture.spec().tables().forEach(table -> {
            String subject = capture.names().topic(table) + "-value";
            if (one.latest(subject).isPresent()) {
                one.setCompatibility(subject, mode(capture.spec()));
            }
        }));
        capture.journal().write(name(), "done", null);
    }

    @Override
    public void undo() {
        // The subjects stay with the topics: whoever reads those needs them.
    }
}
