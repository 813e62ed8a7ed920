/** How the connectors of an environment are doing: states, lag, dead letters, restarts, drift and errors, in one table. */
package io.millrace.connect.configs.status;
