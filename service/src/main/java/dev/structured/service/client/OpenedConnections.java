package dev.structured.service.client;

/// The number of connections to a downstream that have been opened so far, for a counter.
///
/// @param downstream the downstream's name
/// @param address the host of its URL
/// @param port the port of its URL
/// @param reason `needed` (more calls at once than connections), `cancelled` (a call that was cancelled has
///     closed one) or `broken` (the downstream or an exchange has)
/// @param count since the start
public record OpenedConnections(String downstream, String address, int port, String reason, long count) {}
