/** The commands over a folder of contracts. */
package io.millrace.connect.configs.contracts;
