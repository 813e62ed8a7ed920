package io.millrace.connect.file;

/**
 * How far an object was read.
 *
 * @param bytes of the content, decompressed, up to the end of the last record that was read; 0 in formats whose records
 *     have no place of their own
 * @param records read up to there, malformed ones included
 */
record Position(long bytes, long records) {
    static final Position START = new Position(0, 0);
}
