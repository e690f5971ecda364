package dev.structured.service.server;

/// The address of a listener.
///
/// @param host the address to listen on, such as `127.0.0.1`
/// @param port the port to listen on; 0 for any free one
public record ListenAddress(String host, int port) {}
