/** The steps that bring a database in and take it out, and the engine that takes them. */
package io.millrace.connect.configs.cdc.onboard;
