/** Posting a file over HTTP: reading its lines, giving each an identity, and sending until all are acknowledged. */
package io.millrace.local.send;
