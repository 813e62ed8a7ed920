/** What bounds memory and rates. Knows nothing of HTTP nor of Connect. */
package io.millrace.connect.http.limits;
