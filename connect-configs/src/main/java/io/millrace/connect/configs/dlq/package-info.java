/** What was set aside, in dead letter queues of connectors and quarantine topics of jobs, and its way back. */
package io.millrace.connect.configs.dlq;
