package dev.structured.service.aggregate;

import dev.structured.service.config.RouteConfig;

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
}
