package io.millrace.schemas.tool;

import java.util.List;

/**
 * One promise that the current schema of a contract breaks.
 *
 * @param contract name of the contract
 * @param field path of the field, such as {@code failure.stage}; empty when the record as a whole is meant
 * @param rule name of the rule, such as {@code field-removed}
 * @param versions the released versions towards which it breaks, ascending
 * @param problem what changed and who can no longer read what
 * @param remedy what to do instead, without breaking anything
 */
public record Break(String contract, String field, String rule, List<Integer> versions, String problem, String remedy) {

    public Break {
        versions = List.copyOf(versions);
    }

    /** All of it in one sentence, without a full stop. */
    public String sentence() {
        return problem + "; " + remedy;
    }
}
