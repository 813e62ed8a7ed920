package io.millrace.connect.configs.plan;

import java.util.Optional;

/**
 * One setting that differs, as it may be printed: secrets are hidden already.
 *
 * @param key the setting
 * @param before what is live; empty when it is not set
 * @param after what is declared; empty when it is not set
 * @param at {@code file:line} of the declaration, or nothing
 */
public record KeyChange(String key, Optional<String> before, Optional<String> after, String at) {}
