package dev.structured.service.view;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request in a list.
///
/// @param outcome one word, that of the log line; `running` before its end
/// @param status the status of its answer; null before its end
/// @param ms how long it has taken
/// @param deadlineMs when its deadline passes; null before that is known
/// @param waitsFor the part that it waits for and what that waits for; null after its end
/// @param arrivedMs when it arrived, in milliseconds since 1970
public record RequestRow(String id, String route, String outcome, @Nullable Integer status, double ms,
        @Nullable Double deadlineMs, @Nullable String waitsFor, long arrivedMs, List<Part> parts) {

    /// A part of the request.
    ///
    /// @param state as in [PartView#state()]
    /// @param reason why it is missing, replaced or incomplete; null if it is none of these
    /// @param retries the attempts that were made after one that had failed
    /// @param hedges the attempts that were made beside one that was late
    /// @param budgetMs when its budget is over; null for none
    public record Part(String name, String state, @Nullable String reason, int retries, int hedges,
            @Nullable Double budgetMs) {

        static Part of(PartRecorder part) {
            PartRecorder.End end = part.end();
            Double budget = part.budgetMicros() < 0 || part.askedAt() == 0
                    ? null
                    : (Double) Millis.of(part.askedAt() + part.budgetMicros());
            return new Part(part.layout().name(), PartView.state(end, part.waitsFor()),
                    end == null ? null : end.reason(), part.count(AttemptRecorder.Kind.RETRY),
                    part.count(AttemptRecorder.Kind.HEDGE), budget);
        }
    }

    /// Returns the row of a request.
    public static RequestRow of(Recorder request) {
        Recorder.End end = request.end();
        return new RequestRow(request.id(), request.route(),
                end == null ? "running" : end.outcome(), end == null ? null : end.status(),
                Millis.of(request.micros()), RequestView.deadline(request),
                end == null ? waitsFor(request) : null, request.arrivedMillis(),
                request.parts().stream().map(Part::of).toList());
    }

    private static String waitsFor(Recorder request) {
        PartRecorder awaited = request.awaited();
        String words = RequestView.waitsFor(request, awaited).words();
        return awaited == null ? words : awaited.layout().name() + ": " + words;
    }

    /// Returns true if a part has this reason.
    boolean hasReason(String reason) {
        return parts.stream().anyMatch(part -> reason.equals(part.reason()));
    }
}
