package io.millrace.spark;

/**
 * One key of the driver's configuration file.
 *
 * @param name the key as written in the file
 * @param fallback the value when the key is absent; null when there is none
 * @param doc what it means, in one sentence
 */
record ConfigKey(String name, String fallback, String doc) {}
