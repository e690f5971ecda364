package dev.structured.core.channel;

/// The tasks that wait by one handle of a channel. Their number is known, so that a handle by which none
/// waits is closed without a look at all others that wait: each of a thousand producers closes its own.
final class Users {
    /// The number of entries in the queue. Guarded by the channel's lock.
    private int waiting;

    boolean isEmpty() {
        return waiting == 0;
    }

    void entered() {
        waiting++;
    }

    void left() {
        waiting--;
    }
}
