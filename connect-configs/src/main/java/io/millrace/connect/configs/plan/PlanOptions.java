package io.millrace.connect.configs.plan;

/**
 * How far a plan may go.
 *
 * @param prune whether connectors of ours that are declared no longer are removed
 * @param adopt whether foreign connectors of a declared name are taken over
 */
public record PlanOptions(boolean prune, boolean adopt) {}
