package io.millrace.connect.http;

/**
 * What the collector knows about the sender of a request.
 *
 * @param address what events get as the address: textual IPv4 or IPv6, a digest of it, or null when it is not wanted
 * @param userAgent value of the {@code User-Agent} header; null when there is none
 * @param name of the key, user, token or certificate; empty when nobody is asked
 */
record ClientFacts(String address, String userAgent, String name) {}
