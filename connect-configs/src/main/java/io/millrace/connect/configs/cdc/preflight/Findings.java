package io.millrace.connect.configs.cdc.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes what one check finds. */
final class Findings {
    private final Check check;
    private final Probe probe;
    private final List<Finding> all = new ArrayList<>();

    Findings(Check check, Probe probe) {
        this.check = check;
        this.probe = probe;
    }

    /** Something that these statements mend. */
    void add(String subject, String found, String... sql) {
        add(check.severity(), subject, found, List.of(sql), "", false);
    }

    /** Something that people mend. */
    void tell(String subject, String found, String note) {
        add(check.severity(), subject, found, List.of(), note, false);
    }

    /** Something that a server setting mends, at the place where this provider keeps settings. */
    void setting(String name, String found, String value, boolean restart) {
        Optional<String> place = probe.flavour().place(name, value);
        List<String> sql = place.isPresent()
                ? List.of()
                : restart
                        ? List.of("ALTER SYSTEM SET " + name + " = '" + value + "'")
                        : List.of("ALTER SYSTEM SET " + name + " = '" + value + "'", "SELECT pg_reload_conf()");
        add(check.severity(), name, found, sql, place.orElse(""), restart);
    }

    void add(Severity severity, String subject, String found, List<String> sql, String note, boolean restart) {
        all.add(new Finding(check.code(), severity, subject, found, check.why(), sql, note, restart));
    }

    List<Finding> all() {
        return List.copyOf(all);
    }
}
