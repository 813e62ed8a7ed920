/** Bringing a database in, and taking it out, as one safe step. */
package io.millrace.connect.configs.cdc;
