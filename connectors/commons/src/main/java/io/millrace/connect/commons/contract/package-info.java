/** The Avro types of a contract: how a client writes each in JSON, and what it is in Connect. */
package io.millrace.connect.commons.contract;
