/** Who sends. Knows nothing of events nor of Connect. */
package io.millrace.connect.http.auth;
