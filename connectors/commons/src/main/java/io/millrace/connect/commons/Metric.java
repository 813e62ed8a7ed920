package io.millrace.connect.commons;

import java.util.function.Supplier;

/**
 * One number that a task shows.
 *
 * @param description what it is, in a few words
 * @param value reads it; may be called by any thread
 */
public record Metric(String description, Supplier<Number> value) {}
