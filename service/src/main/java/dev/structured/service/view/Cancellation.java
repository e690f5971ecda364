package dev.structured.service.view;

import org.jspecify.annotations.Nullable;

/// One task that was cancelled, and the reason.
///
/// @param reason `required-failed`, `quorum-missed`, `quorum`, `budget`, `deadline`, `client-gone`,
///     `hedge-lost`, `shutdown`, `operator`, or `element-failed`
/// @param from the origin of the cancellation: the name of a part or quorum, `client`, `deadline`,
///     `operator`, `service`
/// @param fromAttempt the number of the attempt that won; null unless a hedge was lost
/// @param part the part that was cancelled
/// @param attempt the number of the attempt that was cut short; null if none had begun
/// @param atMs the time, in milliseconds since the request's first byte
public record Cancellation(String reason, String from, @Nullable Integer fromAttempt, String part,
        @Nullable Integer attempt, double atMs) {}
