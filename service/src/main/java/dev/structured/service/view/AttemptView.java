package dev.structured.service.view;

import dev.structured.service.record.AttemptRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One attempt of a call at one moment. Times are in milliseconds since the request's first byte.
///
/// @param number its place among the attempts of the part, from 1
/// @param kind `first`, `retry` or `hedge`
/// @param endpoint the host and port that were asked, with the address for the host if that is one of several
///     of a downstream with `dns`; null if none was
/// @param outcome `running`, `ok`, `kept` (an answer that was kept), `cancelled`, or the reason why it failed
/// @param status the status of the answer; null if there is none
/// @param shared whether it waited for a call that another request made
/// @param endMs the time of its end; null while it runs
/// @param phases its waits, one after the other
public record AttemptView(int number, String kind, @Nullable String endpoint, String outcome,
        @Nullable Integer status, boolean shared, double startMs, @Nullable Double endMs,
        List<Phase> phases) {

    /// A stretch of time.
    ///
    /// @param name `queue`, `connect`, `first byte`, `body` or `shared call`
    /// @param toMs its end; null while it lasts
    public record Phase(String name, double fromMs, @Nullable Double toMs) {}

    static AttemptView of(int number, AttemptRecorder attempt) {
        int end = attempt.endedAt();
        return new AttemptView(number, attempt.kind().name().toLowerCase(Locale.ROOT), attempt.place(),
                outcome(attempt), attempt.status() == 0 ? null : attempt.status(), attempt.isShared(),
                Millis.of(attempt.begun()), Millis.orNull(end), phases(attempt, end));
    }

    private static String outcome(AttemptRecorder attempt) {
        if (attempt.endedAt() == 0) return "running";
        String error = attempt.error();
        if (error != null) return error;
        return attempt.isKept() ? "kept" : "ok";
    }

    private static List<Phase> phases(AttemptRecorder attempt, int end) {
        List<Phase> phases = new ArrayList<>();
        add("queue", attempt.queuedAt(), first(attempt.admittedAt(), end), phases);
        if (attempt.isShared()) add("shared call", attempt.begun(), end, phases);
        add("connect", attempt.connectingAt(), first(attempt.connectedAt(), end), phases);
        add("first byte", attempt.connectedAt(), first(attempt.firstByteAt(), end), phases);
        add("body", attempt.firstByteAt(), end, phases);
        return phases;
    }

    private static int first(int at, int end) {
        return at == 0 ? end : at;
    }

    private static void add(String name, int from, int to, List<Phase> phases) {
        if (from != 0)
            phases.add(new Phase(name, Millis.of(from), Millis.orNull(Math.max(to == 0 ? 0 : from, to))));
    }

    /// Returns true if it was cut short.
    boolean isCancelled() {
        return outcome.equals("cancelled");
    }

    /// Returns true if it got an answer.
    boolean isAnswered() {
        return outcome.equals("ok");
    }
}
