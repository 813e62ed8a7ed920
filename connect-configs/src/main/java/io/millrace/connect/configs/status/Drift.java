package io.millrace.connect.configs.status;

import io.millrace.connect.configs.DeclaredConnector;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.Validation;
import io.millrace.connect.configs.plan.ConfigComparison;
import java.util.Locale;
import java.util.Optional;

/** How a connector relates to what was declared and applied. */
public enum Drift {
    /** Exactly as it was applied, and as declared where that is known. */
    IN_STEP,
    /** Its settings were changed since they were applied. */
    CHANGED_BY_HAND,
    /** As it was applied, but its declaration says something else by now. */
    NOT_APPLIED,
    /** Nobody of ours applied it. */
    FOREIGN,
    /** Declared, but the workers do not have it. */
    MISSING;

    /** @param known what the plugin knows, so that a value that equals its default is no difference */
    static Drift of(LiveConnector live, Optional<DeclaredConnector> declared, Optional<Validation> known) {
        if (Marks.owner(live.config()).isEmpty()) {
            return FOREIGN;
        }
        if (Marks.changedByHand(live.config())) {
            return CHANGED_BY_HAND;
        }
        boolean same = declared.map(wanted ->
                        ConfigComparison.of(wanted, live.config(), known).isSame())
                .orElse(true);
        return same ? IN_STEP : NOT_APPLIED;
    }

    /** As people read it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
