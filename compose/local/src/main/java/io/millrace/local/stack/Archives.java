package io.millrace.local.stack;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** Unpacks archives with modes and symbolic links; refuses entries that point out of the target folder. */
final class Archives {
    private Archives() {}

    static void unpackZip(Path archive, Path target, Predicate<String> wanted) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                if (wanted.test(entry.getName())) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        write(entry, in, entry.getUnixMode(), target);
                    }
                }
            }
        }
    }

    static void unpackTarGz(Path archive, Path target) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            unpackTar(new TarArchiveInputStream(new GzipCompressorInputStream(in, true)), target);
        }
    }

    static void unpackTarXz(Path archive, Path target) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive), 1 << 16)) {
            unpackTar(new TarArchiveInputStream(new XZCompressorInputStream(in)), target);
        }
    }

    private static void unpackTar(ArchiveInputStream<TarArchiveEntry> tar, Path target) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isSymbolicLink() || entry.isLink()) {
                Path link = inside(target, entry.getName());
                Path destination = entry.isLink()
                        ? inside(target, entry.getLinkName())
                        : inside(target, target.relativize(link.getParent()) + "/" + entry.getLinkName());
                Files.createDirectories(link.getParent());
                Files.createSymbolicLink(link, link.getParent().relativize(destination));
            } else {
                write(entry, tar, entry.getMode(), target);
            }
        }
    }

    private static void write(ArchiveEntry entry, InputStream in, int mode, Path target) throws IOException {
        Path file = inside(target, entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(file);
            return;
        }
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
        Files.setPosixFilePermissions(file, permissions(mode));
    }

    /** Servers may run as another user than the one that unpacks, so whatever the owner may read, all may. */
    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = new HashSet<>(Set.of(
                PosixFilePermission.OWNER_READ,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OTHERS_READ));
        if ((mode & 0100) != 0) {
            permissions.addAll(Set.of(
                    PosixFilePermission.OWNER_EXECUTE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_EXECUTE));
        }
        return permissions;
    }

    private static Path inside(Path target, String name) throws IOException {
        Path path = target.resolve(name).normalize();
        return Optional.of(path)
                .filter(p -> p.startsWith(target))
                .orElseThrow(() -> new IOException("entry " + name + " points outside of the archive"));
    }
}
