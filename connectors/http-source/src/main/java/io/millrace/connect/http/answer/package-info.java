/** What clients are told. Knows nothing of events. */
package io.millrace.connect.http.answer;
