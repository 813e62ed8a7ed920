package io.millrace.connect.file;

/** The rest of an object cannot be read, whoever tries: it is cut off, damaged, or not of the format. */
final class BrokenObject extends Exception {
    private static final long serialVersionUID = 1;

    BrokenObject(String reason) {
        super(reason, null, false, false);
    }
}
