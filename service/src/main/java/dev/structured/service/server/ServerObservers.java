package dev.structured.service.server;

import dev.structured.service.edge.RequestObserver;
import dev.structured.service.record.Recordings;
import org.jspecify.annotations.Nullable;

/// The observers of the public listener.
///
/// @param requests observes the requests
/// @param recordings begins a recorder for each request; null if requests are not recorded
/// @param tracer gives each request a span; null if no traces are made
/// @param log takes each line of the access log
/// @param connections observes the connections
public record ServerObservers(RequestObserver requests, @Nullable Recordings recordings,
        @Nullable RequestTracer tracer, LogSink log, ConnectionObserver connections) {
    /// Observers that do nothing.
    public static final ServerObservers NONE = new ServerObservers(RequestObserver.NONE, null, null,
            _ -> {},
            ConnectionObserver.NONE);
}
