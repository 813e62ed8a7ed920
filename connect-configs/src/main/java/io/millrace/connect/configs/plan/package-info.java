/**
 * The plan as a pure function: what is declared and what is live go in, the changes come out. Nothing here talks to a
 * server, and nothing that a plan holds is a secret.
 */
package io.millrace.connect.configs.plan;
