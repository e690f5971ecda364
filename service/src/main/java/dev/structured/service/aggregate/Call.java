package dev.structured.service.aggregate;

/// What is asked of a downstream.
///
/// @param method the HTTP method, in capitals
/// @param path the path and query as they go on the wire: encoded, beginning with `/`
/// @param template the path before its variables were filled in; a metric label, never a value of a client
public record Call(String method, String path, String template) {}
