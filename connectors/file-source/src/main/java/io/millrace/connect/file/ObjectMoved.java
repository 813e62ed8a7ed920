package io.millrace.connect.file;

/** What was found is not there any more: it was renamed, deleted, or replaced. The next look finds what is. */
final class ObjectMoved extends StoreException {
    private static final long serialVersionUID = 1;

    ObjectMoved(String path, Throwable cause) {
        super(path + " was renamed, removed or replaced", false, cause);
    }
}
