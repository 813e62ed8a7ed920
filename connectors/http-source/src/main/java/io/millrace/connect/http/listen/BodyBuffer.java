package io.millrace.connect.http.listen;

import io.millrace.connect.http.limits.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** The part of a body that has come, and the memory that it holds. Belongs to one event loop. */
final class BodyBuffer {
    private static final int FIRST = 16 << 10;

    private final int limit;
    private ByteBuf bytes;
    private ByteBudget.Lease lease;

    /**
     * @param length bytes that the client announces; zero when it does not
     * @param limit bytes of a body
     * @param lease is charged for what comes
     */
    BodyBuffer(ByteBufAllocator allocator, long length, int limit, ByteBudget.Lease lease) {
        this.limit = limit;
        this.lease = lease;
        this.bytes = allocator.heapBuffer((int) Math.min(Math.max(length, 256), FIRST));
    }

    /** Whether as many bytes more are too many for one body. */
    boolean isTooLarge(int more) {
        return bytes.readableBytes() + more > limit;
    }

    /** Adds a part; false when there is no memory for it at the moment. */
    boolean append(ByteBuf part) {
        if (!lease.grow(part.readableBytes())) {
            return false;
        }
        bytes.writeBytes(part);
        return true;
    }

    /** The array that holds the bytes, which stays this object's until it is released. */
    byte[] array() {
        return bytes.array();
    }

    int offset() {
        return bytes.arrayOffset() + bytes.readerIndex();
    }

    int length() {
        return bytes.readableBytes();
    }

    /** Leaves the memory that is held to somebody else. */
    void handOver() {
        lease = null;
    }

    /** Lets go of everything; does nothing the second time. */
    void release() {
        if (lease != null) {
            lease.release();
            lease = null;
        }
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
    }
}
