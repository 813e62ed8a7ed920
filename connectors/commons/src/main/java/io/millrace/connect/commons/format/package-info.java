/** Formats that connectors and the command line both read. */
package io.millrace.connect.commons.format;
