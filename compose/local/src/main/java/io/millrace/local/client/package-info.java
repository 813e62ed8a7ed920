/** What the commands talk to: the HTTP endpoint for events, and readers of every store that events end in. */
package io.millrace.local.client;
