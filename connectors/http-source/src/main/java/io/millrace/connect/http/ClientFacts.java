package io.millrace.connect.http;

/**
 * What the collector knows about the sender of a request.
 *
 * @param address textual IPv4 or IPv6 address of the connection's other end
 * @param userAgent value of the {@code User-Agent} header; null when there is none
 */
record ClientFacts(String address, String userAgent) {}
