/** Traffic as a shop has it: visitors over HTTP and transactions in its database. */
package io.millrace.local.simulate;
