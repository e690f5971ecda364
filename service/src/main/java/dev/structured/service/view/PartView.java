package dev.structured.service.view;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.WaitsFor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part of a request at one moment. Times are in milliseconds since the request's first byte; null is not
/// yet.
///
/// @param state one or two words: `waiting`, `queued`, `ok`, `failed`, `late`, `stopped`, `stale`,
///     `fallback`, `incomplete`, `not asked`, `skipped`
/// @param reason the reason why it is missing, replaced or incomplete; null if it is none of these
/// @param status the downstream's status; null if it did not answer
/// @param detail a sentence about the reason; null for none
/// @param waitsFor what it waits for, in words; null if it has ended
/// @param startMs the time at which its task began
/// @param readyMs the time at which the parts that it needs were there
/// @param askedMs the time at which its call began
/// @param endMs the time at which its task ended
/// @param budgetMs the longest time for its call; null for none of its own
/// @param standInMs the age of the kept answer that replaces its own; null for none
/// @param retries the attempts that were made after one that had failed
/// @param hedges the attempts that were made beside one that was late
/// @param attempts its attempts, in the order in which they began
/// @param more the attempts that were too many to be recorded
public record PartView(String name, @Nullable String downstream, boolean required, List<String> needs,
        String state, @Nullable String reason, @Nullable Integer status, @Nullable String detail,
        @Nullable String waitsFor, @Nullable Double startMs, @Nullable Double readyMs,
        @Nullable Double askedMs, @Nullable Double endMs, @Nullable Double budgetMs,
        @Nullable Double standInMs, int retries, int hedges, List<AttemptView> attempts, int more) {

    static PartView of(PartRecorder part) {
        PartRecorder.End end = part.end();
        WaitsFor waitsFor = part.waitsFor();
        List<AttemptView> attempts = new ArrayList<>();
        for (AttemptRecorder each : part.attempts()) attempts.add(AttemptView.of(attempts.size() + 1, each));
        return new PartView(part.name(), part.layout().downstream(), part.layout().required(),
                part.needs(), state(end, waitsFor), end == null ? null : end.reason(),
                end == null ? null : end.status(), end == null ? null : end.detail(),
                waitsFor == null ? null : waitsFor.words(), Millis.orNull(part.begunAt()),
                Millis.orNull(part.readyAt()), Millis.orNull(part.askedAt()), Millis.orNull(part.endedAt()),
                part.budgetMicros() < 0 ? null : Millis.of(part.budgetMicros()),
                part.replacedByMillis() < 0 ? null : (double) part.replacedByMillis(),
                part.count(AttemptRecorder.Kind.RETRY), part.count(AttemptRecorder.Kind.HEDGE), attempts,
                part.unrecorded());
    }

    static String state(PartRecorder.@Nullable End end, @Nullable WaitsFor waitsFor) {
        if (end == null) return waitsFor == WaitsFor.QUEUE ? "queued" : "waiting";
        return switch (end.outcome()) {
            case "ok", "stale", "fallback", "skipped" -> end.outcome();
            case "partial" -> "incomplete";
            case "not_asked" -> "not asked";
            case "cancelled", "not_needed" -> "stopped";
            case "timeout", "deadline_exceeded" -> "late";
            default -> "failed";
        };
    }

    /// Returns true if the page has no value of the part's own.
    boolean isAmiss() {
        return reason != null;
    }
}
