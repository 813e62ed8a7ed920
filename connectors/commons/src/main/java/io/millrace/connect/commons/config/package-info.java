/** Help with the configuration of a connector. */
package io.millrace.connect.commons.config;
