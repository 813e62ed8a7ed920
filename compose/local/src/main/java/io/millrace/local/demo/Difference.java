package io.millrace.local.demo;

import java.util.Set;

/**
 * Numbers that must agree and do not.
 *
 * @param hops whose numbers they are
 * @param text which and how, in one line
 */
record Difference(Set<String> hops, String text) {}
