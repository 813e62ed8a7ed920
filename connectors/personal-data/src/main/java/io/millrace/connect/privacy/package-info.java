/** Hashes or drops personal data on its way, by what the contracts say. */
package io.millrace.connect.privacy;
