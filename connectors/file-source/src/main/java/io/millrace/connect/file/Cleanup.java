package io.millrace.connect.file;

import java.io.IOException;

/** What becomes of an object whose last record Kafka has. */
sealed interface Cleanup {

    /** @throws IOException when it cannot be done now */
    void of(Store store, StoredObject object) throws IOException;

    /** It stays, and is passed by from then on. */
    record None() implements Cleanup {
        @Override
        public void of(Store store, StoredObject object) {
            // Its offset says that it is done.
        }
    }

    /** It is removed. */
    record Delete() implements Cleanup {
        @Override
        public void of(Store store, StoredObject object) throws IOException {
            store.delete(object);
        }
    }

    /** It is moved away. @param target a folder, or a prefix of the bucket */
    record Move(String target) implements Cleanup {
        @Override
        public void of(Store store, StoredObject object) throws IOException {
            store.move(object, target);
        }
    }
}
