/** A source connector that polls tables and queries of databases. */
package io.millrace.connect.jdbc;
