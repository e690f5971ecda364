package dev.structured.service.aggregate;

import org.jspecify.annotations.Nullable;

/// A downstream that can be called. Implemented by `client`, wrapped by `guard`, scripted by tests.
public interface Downstream {
    /// Calls the downstream and returns its reply, whatever its status.
    ///
    /// Blocks until the reply is complete. **Checkpoint.** A cancellation, or an interrupt, closes the
    /// connection instead of reusing it.
    ///
    /// @throws DownstreamException if the downstream gave no usable reply
    /// @throws InterruptedException if the thread is interrupted while it waits
    Reply call(Call call) throws DownstreamException, InterruptedException;

    /// Returns the last good reply to a call if one is kept for failures and is not too old; otherwise null.
    /// Does not block.
    default @Nullable Reply stale(Call call) {
        return null;
    }
}
