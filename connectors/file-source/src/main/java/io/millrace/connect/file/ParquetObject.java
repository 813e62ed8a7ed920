package io.millrace.connect.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/** An object as Parquet's readers want it: with a length and from any place. */
record ParquetObject(Store store, StoredObject object) implements InputFile {

    /** What messages of Parquet's readers call the file. */
    @Override
    public String toString() {
        return object.path();
    }

    @Override
    public long getLength() {
        return object.size();
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        return stream(new Seekable(store, object));
    }

    private static SeekableInputStream stream(Seekable seekable) {
        return new DelegatingSeekableInputStream(seekable) {
            @Override
            public long getPos() {
                return seekable.position;
            }

            @Override
            public void seek(long to) throws IOException {
                seekable.seek(to);
            }
        };
    }

    private static final class Seekable extends InputStream {
        /** So far ahead it is cheaper to read than to ask again. */
        private static final long NEAR = 256 << 10;

        private final Store store;
        private final StoredObject object;
        private InputStream in;
        private long position;

        Seekable(Store store, StoredObject object) {
            this.store = store;
            this.object = object;
        }

        void seek(long to) throws IOException {
            if (to < 0 || to > object.size()) {
                throw new EOFException("there is no position " + to + " in " + object.size() + " bytes");
            }
            long ahead = to - position;
            if (in != null && (ahead < 0 || ahead > NEAR)) {
                close();
            } else if (in != null) {
                in.skipNBytes(ahead);
            }
            position = to;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (in == null) {
                in = store.open(object, position);
            }
            int count = in.read(bytes, offset, length);
            position += Math.max(0, count);
            return count;
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
                in = null;
            }
        }
    }
}
