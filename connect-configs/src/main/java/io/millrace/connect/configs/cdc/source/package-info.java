/** The source database as a thing to ask: its address, its tables, who runs it. */
package io.millrace.connect.configs.cdc.source;
