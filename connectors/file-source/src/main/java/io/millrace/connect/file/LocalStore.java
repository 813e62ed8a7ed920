package io.millrace.connect.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Files below a folder; links are not followed. A file is known by its inode, which a rename keeps, and which the file
 * system gives to another file once the first is gone: the fingerprint, the beginning of the content, tells the two apart.
 */
final class LocalStore implements Store {
    private static final int HEAD = 1024;
    private static final int DIGEST_BYTES = 12;
    private static final int PART = 1_000;
    private static final String INODE = "inode:";
    private static final String PATH = "path:";

    private final Path root;
    private final boolean byInode;

    /** @param byInode whether a file is known by its inode; else by its path */
    LocalStore(Path root, boolean byInode) {
        this.root = root.toAbsolutePath().normalize();
        this.byInode = byInode;
    }

    @Override
    public void list(Predicate<String> wanted, Visitor visitor) throws StoreException, InterruptedException {
        List<StoredObject> all = new ArrayList<>();
        long device = attribute(root, "unix:dev");
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String path = relative(file);
                    if (attributes.isRegularFile() && wanted.test(path)) {
                        try {
                            all.add(found(file, path, device));
                        } catch (NoSuchFileException gone) {
                            return FileVisitResult.CONTINUE;
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    if (file.equals(root) || !(failure instanceof NoSuchFileException)) {
                        throw failure;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw unreadable(e);
        }
        all.sort(Comparator.comparing(StoredObject::path));
        for (int from = 0; from < all.size(); from += PART) {
            visitor.found(List.copyOf(all.subList(from, Math.min(all.size(), from + PART))));
        }
    }

    private String relative(Path file) {
        return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }

    private StoredObject found(Path file, String path, long rootDevice) throws IOException {
        Map<String, Object> values =
                Files.readAttributes(file, "unix:ino,dev,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        long device = ((Number) values.get("dev")).longValue();
        FileTime modified = (FileTime) values.get("lastModifiedTime");
        long size = ((Number) values.get("size")).longValue();
        // The number of a device is not the same on every worker, so only a second device below the root is named.
        String identity = byInode
                ? INODE + values.get("ino") + (device == rootDevice ? "" : "@" + Long.toHexString(device))
                : PATH + path;
        return new StoredObject(
                identity, path, size + ":" + modified.to(TimeUnit.NANOSECONDS), size, modified.toMillis());
    }

    private long attribute(Path file, String name) throws StoreException {
        try {
            return ((Number) Files.getAttribute(file, name)).longValue();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private StoredObject now(StoredObject object) throws IOException {
        try {
            return found(path(object), object.path(), attribute(root, "unix:dev"));
        } catch (NoSuchFileException gone) {
            throw new ObjectMoved(object.path(), gone);
        }
    }

    private Path path(StoredObject object) {
        return root.resolve(object.path());
    }

    @Override
    public InputStream open(StoredObject object, long position) throws StoreException {
        SeekableByteChannel channel = null;
        try {
            channel = Files.newByteChannel(path(object));
            // Renamed between the look and now: what is open may be another file.
            if (!now(object).identity().equals(object.identity())) {
                channel.close();
                throw new ObjectMoved(object.path(), null);
            }
            channel.position(position);
            return new FileStream(Channels.newInputStream(channel), object, object.size() - position);
        } catch (StoreException e) {
            closeQuietly(channel);
            throw e;
        } catch (NoSuchFileException gone) {
            throw new ObjectMoved(object.path(), gone);
        } catch (AccessDeniedException e) {
            throw new ObjectDenied(object.path(), e);
        } catch (IOException e) {
            closeQuietly(channel);
            throw unreadable(object.path(), e);
        }
    }

    private static void closeQuietly(SeekableByteChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It was only read.
        }
    }

    @Override
    public String fingerprint(StoredObject object) throws IOException {
        int length = (int) Math.min(HEAD, object.size());
        return length + ":" + digest(object, length);
    }

    @Override
    public boolean matches(StoredObject object, String fingerprint) throws IOException {
        int colon = fingerprint.indexOf(':');
        int length;
        try {
            length = Integer.parseInt(fingerprint.substring(0, Math.max(0, colon)));
        } catch (NumberFormatException other) {
            return false;
        }
        return length <= Math.min(HEAD, object.size())
                && digest(object, length).equals(fingerprint.substring(colon + 1));
    }

    private String digest(StoredObject object, int length) throws IOException {
        try (InputStream in = open(object, 0)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(in.readNBytes(length));
            return HexFormat.of().formatHex(digest.digest(), 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    @Override
    public boolean isAtomic() {
        return false;
    }

    @Override
    public void delete(StoredObject object) throws IOException {
        requireUnchanged(object);
        Files.deleteIfExists(path(object));
    }

    /** Never replaces a file: one of the same name gets the time of its last change appended. */
    @Override
    public void move(StoredObject object, String target) throws IOException {
        requireUnchanged(object);
        Path to = Path.of(target).resolve(object.path());
        Files.createDirectories(to.getParent());
        try {
            Files.move(path(object), to);
        } catch (FileAlreadyExistsException taken) {
            Files.move(path(object), to.resolveSibling(to.getFileName() + "." + object.modified()));
        }
    }

    private void requireUnchanged(StoredObject object) throws IOException {
        StoredObject now = now(object);
        if (!now.identity().equals(object.identity()) || !now.version().equals(object.version())) {
            throw new ObjectMoved(object.path(), null);
        }
    }

    @Override
    public void check() throws StoreException {
        if (!Files.isDirectory(root)) {
            throw new StoreException("the worker sees no folder " + root, false, null);
        }
        if (!Files.isReadable(root) || !Files.isExecutable(root)) {
            throw new StoreException("the worker may not read the folder " + root, false, null);
        }
    }

    @Override
    public void close() {
        // Every stream is closed by whoever opened it.
    }

    private StoreException unreadable(IOException e) {
        return unreadable("a file below " + root, e);
    }

    private static StoreException unreadable(String what, IOException e) {
        String reason = e instanceof AccessDeniedException ? "permission denied: " + e.getMessage() : e.toString();
        return StoreException.passing(what + " cannot be read: " + reason, e);
    }

    /**
     * What there was of a file when it was found, so that one that grows as fast as it is read does not hold up the
     * others. The folder can be away, as a network's.
     */
    private static final class FileStream extends FilterInputStream {
        private final StoredObject object;
        private long left;

        FileStream(InputStream in, StoredObject object, long left) {
            super(in);
            this.object = object;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int count;
            try {
                count = in.read(bytes, offset, (int) Math.min(length, left));
            } catch (IOException e) {
                throw unreadable(object.path(), e);
            }
            if (count < 0) {
                throw new ObjectMoved(object.path(), null);
            }
            left -= count;
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = in.skip(Math.min(count, Math.max(0, left)));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), Math.max(0, left));
        }
    }
}
