package dev.structured.service.server;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The field `parts` of a log line: the time of each part's call, and the number of its attempts.
///
/// In text, a line has it only if it helps to explain the request: `product:12.4,reviews:300.1x2`. In JSON,
/// the line of each page has it, as an object with the steps of each call.
final class LoggedParts {
    private static final String COMPLETE = "complete";

    private LoggedParts() {}

    /// Adds the field, if there is anything to tell.
    static void add(Recorder request, String outcome, LogFormat format, LogLine line) {
        if (request.batch() > 0) {
            line.withNumber("pages", Integer.toString(request.batch()));
            return;
        }
        List<PartRecorder> parts = request.parts();
        if (parts.isEmpty()) return;
        if (format == LogFormat.JSON) line.withRaw("parts", json(parts));
        else if (!outcome.equals(COMPLETE) || isSlow(request) || isExtra(parts))
            line.withRaw("parts", text(parts));
    }

    /// Returns true if the page needed half of the time that it had, or more.
    private static boolean isSlow(Recorder request) {
        return 2L * request.micros() >= request.deadlineMicros();
    }

    private static boolean isExtra(List<PartRecorder> parts) {
        for (PartRecorder part : parts) {
            if (attempts(part) > 1) return true;
        }
        return false;
    }

    private static int attempts(PartRecorder part) {
        return part.recorded() + part.unrecorded();
    }

    /// Names of parts are letters, digits, `-` and `_`.
    private static String text(List<PartRecorder> parts) {
        StringBuilder text = new StringBuilder();
        for (PartRecorder part : parts) {
            if (!text.isEmpty()) text.append(',');
            text.append(part.layout().name()).append(':');
            text.append(part.askedAt() == 0 ? "-" : millis(part.askedAt(), part.endedAt()));
            if (attempts(part) > 1) text.append('x').append(attempts(part));
        }
        return text.toString();
    }

    private static String json(List<PartRecorder> parts) {
        StringBuilder text = new StringBuilder("{");
        for (PartRecorder part : parts) {
            if (text.length() > 1) text.append(',');
            PartRecorder.End end = part.end();
            text.append('"').append(part.layout().name()).append("\":{\"outcome\":\"")
                    .append(end == null ? "running" : end.outcome()).append('"');
            phase("wait", part.begunAt(), part.readyAt(), text);
            phase("ms", part.askedAt(), part.endedAt(), text);
            if (attempts(part) > 0) text.append(",\"attempts\":").append(attempts(part));
            AttemptRecorder attempt = decisive(part);
            if (attempt != null) phases(attempt, text);
            text.append('}');
        }
        return text.append('}').toString();
    }

    /// Returns the attempt that was answered; the last one if none was.
    private static @Nullable AttemptRecorder decisive(PartRecorder part) {
        AttemptRecorder last = null;
        for (AttemptRecorder each : part.attempts()) {
            if (last == null || each.isAnswered() || !last.isAnswered()) last = each;
        }
        return last;
    }

    private static void phases(AttemptRecorder attempt, StringBuilder text) {
        int end = attempt.endedAt();
        phase("queue", attempt.queuedAt(), first(attempt.admittedAt(), end), text);
        phase("connect", attempt.connectingAt(), first(attempt.connectedAt(), end), text);
        phase("firstByte", attempt.connectedAt(), first(attempt.firstByteAt(), end), text);
        phase("body", attempt.firstByteAt(), end, text);
    }

    private static int first(int at, int end) {
        return at == 0 ? end : at;
    }

    private static void phase(String name, int from, int to, StringBuilder text) {
        if (from == 0 || to < from) return;
        text.append(",\"").append(name).append("\":").append(millis(from, to));
    }

    /// Returns the milliseconds between two times in microseconds.
    private static String millis(int from, int to) {
        return LogLine.millis(1_000L * Math.max(0, to - from));
    }
}
