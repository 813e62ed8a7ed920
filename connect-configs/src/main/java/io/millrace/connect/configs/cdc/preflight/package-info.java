/** What can be wrong with a database before changes are captured from it, and what mends it. Changes nothing. */
package io.millrace.connect.configs.cdc.preflight;
