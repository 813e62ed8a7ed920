/** Questions to the lake from the command line. */
package io.millrace.local.sql;
