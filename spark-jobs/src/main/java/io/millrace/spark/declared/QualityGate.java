package io.millrace.spark.declared;

import io.millrace.schemas.YamlSection;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What happens when the records of the source are not as its contract expects. They count in any case.
 *
 * @param fails whether a run that ends (available-now, batch, replay) ends with exit code 4; otherwise it is only measured
 * @param maxRefused largest share of records, 0 to 1, that may be no event of the contract; empty: any
 */
public record QualityGate(boolean fails, Optional<BigDecimal> maxRefused) {
    static final QualityGate DEFAULT = new QualityGate(true, Optional.empty());

    static QualityGate read(YamlSection section) {
        JobKeys.checked(section, "quality");
        String action = section.optionalText("on_violation").orElse("fail");
        if (!action.equals("fail") && !action.equals("report")) {
            throw section.wrong("on_violation", "must be fail or report, not " + action);
        }
        return new QualityGate(
                action.equals("fail"), section.optionalText("max_refused_rate").map(text -> rate(section, text)));
    }

    private static BigDecimal rate(YamlSection section, String text) {
        try {
            BigDecimal rate = new BigDecimal(text);
            if (rate.signum() >= 0 && rate.compareTo(BigDecimal.ONE) <= 0) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw section.wrong("max_refused_rate", "must be from 0 to 1, not " + text);
    }
}
