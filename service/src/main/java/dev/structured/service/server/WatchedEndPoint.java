package dev.structured.service.server;

import org.eclipse.jetty.io.EndPoint;

/// The end of a connection that can be read ahead.
interface WatchedEndPoint extends EndPoint {
    /// Returns the bytes that were read ahead.
    ReadAhead ahead();
}
