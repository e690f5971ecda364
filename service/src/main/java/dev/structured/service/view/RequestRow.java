package dev.structured.service.view;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One request in a list.
///
/// @param outcome one word, that of the log line; `running` before its end
/// @param status the status of its answer; null before its end
/// @param ms its duration so far
/// @param deadlineMs the time of its deadline; null before that is known
/// @param waitsFor the part that it waits for, and the reason why that part waits; null after its end
/// @param waitsAt the same in the words of [Whereabouts], with `-` for no part; null after its end
/// @param arrivedMs the time of its arrival, in milliseconds since 1970
public record RequestRow(String id, String route, String outcome, @Nullable Integer status, double ms,
        @Nullable Double deadlineMs, @Nullable String waitsFor, @Nullable String waitsAt,
        long arrivedMs, List<Part> parts) {

    /// A part of the request.
    ///
    /// @param state as in [PartView#state()]
    /// @param reason the reason why it is missing, replaced or incomplete; null if it is none of these
    /// @param retries the attempts that were made after one that had failed
    /// @param hedges the attempts that were made beside one that was late
    /// @param budgetMs the time at which its budget is over; null for none
    public record Part(String name, String state, @Nullable String reason, int retries, int hedges,
            @Nullable Double budgetMs) {
        /// The states, from good to bad.
        private static final List<String> STATES = List.of("ok", "not asked", "skipped", "fallback", "stale",
                "incomplete", "waiting", "queued", "stopped", "late", "failed");

        static Part of(PartRecorder part) {
            PartRecorder.End end = part.end();
            Double budget = part.budgetMicros() < 0 || part.askedAt() == 0
                    ? null
                    : (Double) Millis.of(part.askedAt() + part.budgetMicros());
            return new Part(part.layout().name(), PartView.state(end, part.waitsFor()),
                    end == null ? null : end.reason(), part.count(AttemptRecorder.Kind.RETRY),
                    part.count(AttemptRecorder.Kind.HEDGE), budget);
        }

        /// Returns both as one part of this name: in the worse state, with the attempts of both.
        private Part with(Part other) {
            Part worse = STATES.indexOf(other.state) > STATES.indexOf(state) ? other : this;
            return new Part(name, worse.state, worse.reason, retries + other.retries, hedges + other.hedges,
                    worse.budgetMs);
        }
    }

    /// Returns the row of a request.
    public static RequestRow of(Recorder request) {
        Recorder.End end = request.end();
        if (end != null) return of(request, end.outcome(), end.status(), null, null);
        PartRecorder awaited = request.awaited();
        String wait = RequestView.waitsFor(request, awaited).words();
        return awaited == null
                ? of(request, "running", null, wait, "-: " + wait)
                : of(request, "running", null, awaited.name() + ": " + wait,
                        awaited.layout().name() + ": " + wait);
    }

    private static RequestRow of(Recorder request, String outcome, @Nullable Integer status,
            @Nullable String waitsFor, @Nullable String waitsAt) {
        return new RequestRow(request.id(), request.route(), outcome, status, Millis.of(request.micros()),
                RequestView.deadline(request), waitsFor, waitsAt, request.arrivedMillis(), parts(request));
    }

    /// Returns the parts of the page. Those of a batch's pages are one part each, as the worst of them.
    private static List<Part> parts(Recorder request) {
        if (request.batch() == 0) return request.parts().stream().map(Part::of).toList();
        Map<String, Part> all = new LinkedHashMap<>();
        for (PartRecorder each : request.parts()) {
            all.merge(each.layout().name(), Part.of(each), Part::with);
        }
        return List.copyOf(all.values());
    }

    /// Returns true if it waits at this place: a part's name, or that with the reason why the part waits.
    boolean waits(String place) {
        return waitsAt != null && (waitsAt.equals(place) || waitsAt.startsWith(place + ": "));
    }

    /// Returns true if a part has this reason.
    boolean hasReason(String reason) {
        return parts.stream().anyMatch(part -> reason.equals(part.reason()));
    }
}
