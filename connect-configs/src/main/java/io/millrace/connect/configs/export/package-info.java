/** Turns what runs into files that declare it. */
package io.millrace.connect.configs.export;
