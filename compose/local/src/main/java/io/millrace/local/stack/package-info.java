/**
 * The embedded stack: every server of Millrace as a child process of one supervisor, without containers. What runs is
 * data ({@link io.millrace.local.stack.ServiceSpec}, {@link io.millrace.local.stack.TaskSpec}); how it runs is the
 * {@link io.millrace.local.stack.Supervisor}'s.
 */
package io.millrace.local.stack;
