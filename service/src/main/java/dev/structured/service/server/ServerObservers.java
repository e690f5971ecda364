package dev.structured.service.server;

import dev.structured.service.edge.RequestObserver;
import dev.structured.service.record.Recordings;
import org.jspecify.annotations.Nullable;

/// What the public listener reports to.
///
/// @param requests is told of requests
/// @param recordings begins a recorder for each request; null if nobody wants to know what becomes of them
/// @param tracer gives each request a span; null if no traces are made
/// @param log takes each line of the access log
/// @param connections is told what becomes of connections
public record ServerObservers(RequestObserver requests, @Nullable Recordings recordings,
        @Nullable RequestTracer tracer, LogSink log, ConnectionObserver connections) {
    /// Observers that do nothing.
    public static final ServerObservers NONE = new ServerObservers(RequestObserver.NONE, null, null,
            _ -> {},
            ConnectionObserver.NONE);
}
