/** What runs on Connect: the declared connectors, and the small client that applies them over Connect's REST interface. */
package io.millrace.connect.configs;
