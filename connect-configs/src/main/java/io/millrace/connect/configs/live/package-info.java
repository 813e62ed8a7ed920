/** Reads what exists: topics, subjects, connectors, offsets. Only reads; the plan is made elsewhere. */
package io.millrace.connect.configs.live;
