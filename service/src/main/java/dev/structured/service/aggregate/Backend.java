package dev.structured.service.aggregate;

/// One downstream that can be called. The port that the `backend` room implements and tests script.
public interface Backend {
    /// Calls the downstream and returns its reply, whatever its status.
    ///
    /// Blocks until the reply is complete. Cancelled by interrupt: the connection is then closed, not reused.
    ///
    /// @throws BackendException if there is no reply that can be used
    /// @throws InterruptedException if interrupted while waiting
    Reply call(Call call) throws BackendException, InterruptedException;
}
