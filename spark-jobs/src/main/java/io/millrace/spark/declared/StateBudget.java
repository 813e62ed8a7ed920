package io.millrace.spark.declared;

import io.millrace.schemas.NearestName;
import io.millrace.schemas.YamlSection;
import io.millrace.spark.StateStore;
import java.util.Optional;

/**
 * What a job's state is meant to need, in its own words.
 *
 * @param maxRows rows of state at most; from 80 % of them on it is reported; empty: no budget
 * @param groups groups that one window is expected to have; empty: nobody said, so there is no forecast
 * @param eventsPerSecond events that are expected per second; needed where duplicates have to be remembered
 * @param store where it is kept; empty: in memory while the forecast is small, else in RocksDB
 */
public record StateBudget(
        Optional<Long> maxRows, Optional<Long> groups, Optional<Long> eventsPerSecond, Optional<StateStore> store) {
    static final StateBudget NONE =
            new StateBudget(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    static StateBudget read(YamlSection section) {
        JobKeys.checked(section, "state");
        return new StateBudget(
                positive(section, "max_rows"),
                positive(section, "groups"),
                positive(section, "events_per_second"),
                section.optionalText("store").map(text -> store(section, text)));
    }

    private static Optional<Long> positive(YamlSection section, String key) {
        Optional<Long> number = section.number(key);
        if (number.isPresent() && number.get() < 1) {
            throw section.wrong(key, "must be at least 1");
        }
        return number;
    }

    private static StateStore store(YamlSection section, String text) {
        return StateStore.of(text)
                .orElseThrow(() -> section.wrong(
                        "store", "must not be " + text + "; " + NearestName.hint(text, StateStore.labels())));
    }
}
