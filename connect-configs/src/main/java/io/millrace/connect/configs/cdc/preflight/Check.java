package io.millrace.connect.configs.cdc.preflight;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * One thing that is looked at.
 *
 * @param code its name, in findings and in documentation
 * @param severity of what it finds, unless it says otherwise
 * @param why what happens if a finding is ignored
 * @param look asks the database and tells what it finds
 */
record Check(String code, Severity severity, String why, BiConsumer<Probe, Findings> look) {
    static Check blocking(String code, String why, BiConsumer<Probe, Findings> look) {
        return new Check(code, Severity.BLOCK, why, look);
    }

    static Check warning(String code, String why, BiConsumer<Probe, Findings> look) {
        return new Check(code, Severity.WARN, why, look);
    }

    static Check telling(String code, String why, BiConsumer<Probe, Findings> look) {
        return new Check(code, Severity.INFO, why, look);
    }

    List<Finding> run(Probe probe) {
        Findings findings = new Findings(this, probe);
        look.accept(probe, findings);
        return findings.all();
    }
}
