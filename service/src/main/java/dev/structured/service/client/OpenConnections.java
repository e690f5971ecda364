package dev.structured.service.client;

/// The number of open connections to a downstream at one moment, for a gauge.
///
/// @param downstream the downstream's name
/// @param address the host of its URL
/// @param port the port of its URL
/// @param active connections that carry a call
/// @param idle connections kept for a later call
public record OpenConnections(String downstream, String address, int port, int active, int idle) {
    /// Returns other numbers for the same downstream.
    OpenConnections of(int active, int idle) {
        return new OpenConnections(downstream, address, port, active, idle);
    }
}
