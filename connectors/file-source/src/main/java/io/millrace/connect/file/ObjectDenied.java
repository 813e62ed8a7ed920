package io.millrace.connect.file;

/** This one object may not be read, whatever is with the others. It is tried again after the next look. */
final class ObjectDenied extends StoreException {
    private static final long serialVersionUID = 1;

    ObjectDenied(String path, Throwable cause) {
        super(path + " may not be read with the permissions of the worker", false, cause);
    }
}
