package io.millrace.connect.mqtt;

import java.util.concurrent.atomic.AtomicBoolean;

/** A message that the broker waits for an acknowledgement of. Safe for use by several threads. */
final class InFlight {
    private final Message message;
    private final Runnable acknowledgement;
    private final Inbox inbox;
    private final AtomicBoolean settled = new AtomicBoolean();

    InFlight(Message message, Runnable acknowledgement, Inbox inbox) {
        this.message = message;
        this.acknowledgement = acknowledgement;
        this.inbox = inbox;
    }

    Message message() {
        return message;
    }

    /**
     * Acknowledges the message; does nothing when that was done before. Never blocks. An acknowledgement that finds its
     * connection gone is lost, and the broker sends the message again.
     */
    void settle() {
        if (settled.compareAndSet(false, true)) {
            acknowledgement.run();
            inbox.settled(this);
        }
    }

    boolean isSettled() {
        return settled.get();
    }
}
