package io.millrace.local.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One supervisor per state folder. The kernel drops the lock with the process that holds it, so a killed supervisor
 * leaves no lock behind; the file's text only names the holder.
 */
final class StackLock implements AutoCloseable {
    private final FileChannel channel;

    private StackLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws StackException when another process has it, with its pid and what to do
     */
    static StackLock take(StackFolder folder) {
        Optional<StackLock> lock = tryTake(folder);
        return lock.orElseThrow(() -> new StackException("a stack is already running in " + folder.root() + ", pid "
                + holder(folder) + "; stop it with ./millrace down, or choose another --state and --port-base"));
    }

    /** Takes the lock, unless another process has it. */
    static Optional<StackLock> tryTake(StackFolder folder) {
        try {
            FileChannel channel = FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(
                            Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
                    return Optional.of(new StackLock(channel));
                }
            } catch (OverlappingFileLockException e) {
                // Held by this very process, for instance by another stack object in a test: held all the same.
            }
            channel.close();
            return Optional.empty();
        } catch (IOException e) {
            throw new StackException("cannot lock " + folder.lock() + ": " + e.getMessage(), e);
        }
    }

    /** What the lock file says; means something only while the lock cannot be taken. */
    static String holder(StackFolder folder) {
        try {
            return Files.readString(folder.lock()).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StackException("cannot release the stack's lock: " + e.getMessage(), e);
        }
    }
}
