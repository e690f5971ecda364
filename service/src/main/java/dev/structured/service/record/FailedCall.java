package dev.structured.service.record;

import org.jspecify.annotations.Nullable;

/// One call of a request that failed, as the log reports it.
///
/// @param text the part, its downstream, and what happened; may name hosts
/// @param atMicros the time, in microseconds since the request began
/// @param place its place among the request's failed calls, from 1
/// @param before the failed call before it; null for the first
public record FailedCall(String text, int atMicros, int place, @Nullable FailedCall before) {}
