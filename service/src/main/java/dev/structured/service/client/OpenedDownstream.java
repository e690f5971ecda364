package dev.structured.service.client;

import dev.structured.service.aggregate.Downstream;

/// A downstream as one configuration opened it. Closing it lets go of its connections, unless another
/// configuration of the same downstream uses them too.
public interface OpenedDownstream extends Downstream, AutoCloseable {
    /// Lets go of the connections: the last user closes them, and calls that still run on them fail. Blocks
    /// for a moment. A second call does nothing.
    @Override
    void close();
}
