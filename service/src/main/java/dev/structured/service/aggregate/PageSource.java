package dev.structured.service.aggregate;

import dev.structured.service.config.RouteConfig;
import org.jspecify.annotations.Nullable;

/// Makes pages. Implemented by the [Aggregator], and by tests of the rooms that use it.
@FunctionalInterface
public interface PageSource {
    /// Makes the page of one request. A failure of a downstream is part of the outcome, not an exception.
    ///
    /// Must be called from a task. Blocks until the outcome is decided. **Checkpoint.** When this method
    /// returns or throws, every call that it made has ended.
    ///
    /// @param route one of the routes of this source
    /// @param sink receives the parts as they come in; receives nothing for a batch
    /// @throws BadRequestException if the request breaks a rule of the route
    Outcome aggregate(RouteConfig route, PageRequest request, PartSink sink) throws BadRequestException;

    /// Passes a request on to the downstream of a route with a proxy, and the answer back.
    ///
    /// Must be called from a task. Blocks until the answer has been passed back. **Checkpoint.** When this
    /// method returns or throws, the call has ended.
    ///
    /// @param route one of the routes of this source, with a proxy
    /// @param target the path and query for the downstream
    /// @return the reason why the answer is missing or incomplete; null if all of it was passed back
    default @Nullable PartFailure pass(RouteConfig route, PageRequest request, Passage passage, String target)
            throws InterruptedException {
        throw new UnsupportedOperationException("This source makes pages only");
    }
}
