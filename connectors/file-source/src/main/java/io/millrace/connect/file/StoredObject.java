package io.millrace.connect.file;

/**
 * A file or an object, as it was found.
 *
 * @param identity what it is known by in Connect's offsets; a renamed file keeps it
 * @param path where it was found below the root, with slashes; for people, templates and opening it
 * @param version changes whenever the content may have changed
 * @param size in bytes, as stored
 * @param modified when it was last written, in epoch milliseconds
 */
record StoredObject(String identity, String path, String version, long size, long modified) {}
