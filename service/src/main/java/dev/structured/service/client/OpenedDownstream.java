package dev.structured.service.client;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.Reply;

/// A downstream that one configuration has opened. Closing it closes its connections, unless another
/// configuration of the same downstream uses them too.
public interface OpenedDownstream extends Downstream, AutoCloseable {
    /// Makes a call that is not for a part, such as a health check. It is like any other, but the observer of
    /// calls does not see it. Blocks. **Checkpoint.**
    ///
    /// @throws DownstreamException if there is no usable answer
    /// @throws InterruptedException if interrupted meanwhile
    default Reply probe(Call call) throws DownstreamException, InterruptedException {
        return call(call);
    }

    /// Releases the connections: the last user closes them, and calls that still run on them fail. Blocks for
    /// a moment. A second call does nothing.
    @Override
    void close();
}
