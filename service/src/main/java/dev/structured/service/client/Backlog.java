package dev.structured.service.client;

/// Counts the bytes of answers that a downstream of HTTP/2 has made Jetty queue, by frames such as PING, and
/// that could not be written yet. Nothing else bounds them if the downstream sends more than it reads.
///
/// Each of these frames is answered, so what was written since is taken off. Whether something waits does not
/// count: while a thread makes frames of what is queued, nothing is written, and more may be queued for ever.
/// One task reads, one writes.
final class Backlog {
    /// An answer has some ten bytes, and takes some hundred bytes of memory.
    static final int MOST_BYTES = 128 * 1024;

    /// Written by the writer alone.
    private volatile long written;
    /// Both are used by the reader alone.
    private long seen;
    private long owed;

    /// Called when bytes have been written.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one task writes
    void written(int bytes) {
        written += bytes;
    }

    /// Called when frames have been read.
    ///
    /// @param answers the bytes of the answers to them
    /// @return true if there is too much to answer
    boolean grows(int answers) {
        long now = written;
        owed = Math.max(0, owed - (now - seen)) + answers;
        seen = now;
        return owed > MOST_BYTES;
    }
}
