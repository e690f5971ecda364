package dev.structured.service.record;

/// An attempt of another request to which this one is related.
///
/// @param trace the id of its trace
/// @param span the id of its span
/// @param sampled whether its spans are kept
public record SpanLink(String trace, long span, boolean sampled) {}
