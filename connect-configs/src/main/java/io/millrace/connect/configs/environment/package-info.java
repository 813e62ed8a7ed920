/** Where declared things are applied to: the addresses, sizes and references of one environment, and access to its servers. */
package io.millrace.connect.configs.environment;
