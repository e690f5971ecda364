package dev.structured.service.record;

/// An attempt of another request, which this one has to do with.
///
/// @param trace the id of its trace
/// @param span the id of its span
/// @param sampled whether its spans are kept
public record SpanLink(String trace, long span, boolean sampled) {}
