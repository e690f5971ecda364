package dev.structured.service.edge;

/// The kind of a request, which is known from its start.
///
/// @param method a method that HTTP defines, else `_OTHER`; safe as a label
/// @param scheme `http` or `https`
public record RequestKind(String method, String scheme) {}
