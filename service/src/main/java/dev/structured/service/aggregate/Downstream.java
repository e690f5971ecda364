package dev.structured.service.aggregate;

import org.jspecify.annotations.Nullable;

/// One downstream that can be called. The port that the `client` room implements, the `guard` room wraps, and tests script.
public interface Downstream {
    /// Calls the downstream and returns its reply, whatever its status.
    ///
    /// Blocks until the reply is complete. **Checkpoint**; cancelled also by interrupt: the connection is then closed,
    /// not reused.
    ///
    /// @throws DownstreamException if there is no reply that can be used
    /// @throws InterruptedException if interrupted while waiting
    Reply call(Call call) throws DownstreamException, InterruptedException;

    /// Returns the last good reply to a call where it is kept for when the downstream fails, and is not too old; else
    /// null. Does not block.
    default @Nullable Reply stale(Call call) {
        return null;
    }
}
