package dev.structured.service.view;

import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.Trace;
import dev.structured.service.record.WaitsFor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request at one moment. Times are in milliseconds since its first byte.
///
/// @param id the id of the log line and of `X-Request-Id`
/// @param trace the id of the trace that its spans belong to; null if no traces are made
/// @param sentence its result in words, for people
/// @param route the route's name; `-` if none is known
/// @param target path and query as the client sent them; null if they must not be shown
/// @param arrived the time of its first byte
/// @param running whether it has not ended
/// @param outcome one word, that of the log line; `running` before its end
/// @param status the status of its answer; null before its end
/// @param ms its duration so far
/// @param planMs the time at which the making of the page began; null before that
/// @param deadlineMs the time of its deadline; null before that is known
/// @param awaits the part that it waits for; null for none
/// @param waitsFor what it waits for, in words; null after its end
/// @param cancellable whether it can be cancelled now
/// @param pages the number of pages of a batch; 0 if it is none
/// @param morePages the pages of the batch that were too many to be recorded
/// @param parts the parts of its page, in the order in which they can be asked; of all pages of a batch
/// @param cancellations the cancelled tasks, with the causes
/// @param log the lines of the log about its failed calls, written or not; at most 16
/// @param moreLog the failed calls of which there is no line
public record RequestView(String id, @Nullable String trace, String sentence, String method, String route,
        @Nullable String target, String arrived, boolean running, String outcome, @Nullable Integer status,
        double ms, @Nullable Double planMs, @Nullable Double deadlineMs, @Nullable String awaits,
        @Nullable String waitsFor, boolean cancellable, int pages, int morePages, List<PartView> parts,
        List<Cancellation> cancellations, List<LogLine> log, int moreLog) {

    /// A line of the log.
    public record LogLine(double atMs, String text) {}

    /// Returns the view of a request.
    public static RequestView of(Recorder request) {
        Recorder.End end = request.end();
        PartRecorder awaited = end == null ? request.awaited() : null;
        List<PartView> parts = request.parts().stream().map(PartView::of).toList();
        Trace trace = request.trace();
        RequestView view = new RequestView(request.id(), trace == null ? null : trace.id(), "",
                request.method(), request.route(),
                request.target(), Instant.ofEpochMilli(request.arrivedMillis()).toString(), end == null,
                end == null ? "running" : end.outcome(), end == null ? null : end.status(),
                Millis.of(request.micros()), Millis.orNull(request.plannedAt()), deadline(request),
                awaited == null ? null : awaited.name(),
                end == null ? waitsFor(request, awaited).words() : null,
                request.isCancellable(), request.batch(), request.unrecordedPages(), parts,
                Cancellations.of(request),
                request.failedCalls().stream()
                        .map(each -> new LogLine(Millis.of(each.atMicros()), each.text())).toList(),
                request.unlistedFailedCalls());
        return view.with(Sentences.of(view));
    }

    private RequestView with(String told) {
        return new RequestView(id, trace, told, method, route, target, arrived, running, outcome, status, ms,
                planMs, deadlineMs, awaits, waitsFor, cancellable, pages, morePages, parts, cancellations,
                log,
                moreLog);
    }

    static WaitsFor waitsFor(Recorder request, @Nullable PartRecorder awaited) {
        if (awaited == null) return request.besideParts();
        WaitsFor waitsFor = awaited.waitsFor();
        return waitsFor == null ? WaitsFor.NOTHING : waitsFor;
    }

    static @Nullable Double deadline(Recorder request) {
        long deadline = request.deadlineMicros();
        return deadline < 0 ? null : (Double) Millis.of(deadline);
    }
}
