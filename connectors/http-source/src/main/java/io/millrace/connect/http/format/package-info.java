/** How what clients send becomes the fields of a contract. Pure functions: no I/O, no state. */
package io.millrace.connect.http.format;
