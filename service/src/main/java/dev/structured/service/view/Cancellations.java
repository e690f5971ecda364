package dev.structured.service.view;

import dev.structured.service.record.AttemptRecorder;
import dev.structured.service.record.Cause;
import dev.structured.service.record.PartRecorder;
import dev.structured.service.record.Recorder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the cancelled tasks of a request and the cause of each cancellation. A task of a part can be
/// cancelled from inside the part (a budget, a hedge that was lost), or with the request; the innermost
/// reason is the true one.
public final class Cancellations {
    private static final String CUT_SHORT = "cancelled";

    private final List<Cause> causes;
    private final List<Cancellation> found = new ArrayList<>();

    private Cancellations(List<Cause> causes) {
        this.causes = causes;
    }

    /// Returns the cancellations of a request, part by part.
    public static List<Cancellation> of(Recorder request) {
        Cancellations all = new Cancellations(request.causes());
        request.parts().forEach(all::add);
        return List.copyOf(all.found);
    }

    private void add(PartRecorder part) {
        List<AttemptRecorder> attempts = part.attempts();
        boolean any = false;
        for (int i = 0; i < attempts.size(); i++) {
            if (!attempts.get(i).wasCancelled()) continue;
            any = true;
            add(part, attempts, i);
        }
        PartRecorder.End end = part.end();
        if (!any && end != null && end.outcome().equals(CUT_SHORT)) outer(part, null, part.endedAt());
    }

    private void add(PartRecorder part, List<AttemptRecorder> attempts, int loser) {
        int at = attempts.get(loser).endedAt();
        int winner = winner(attempts, loser);
        PartRecorder.End end = part.end();
        String reason = end == null ? null : end.reason();
        String name = part.name();
        if (winner >= 0) {
            int decided = Math.min(at, attempts.get(winner).endedAt());
            found.add(new Cancellation("hedge-lost", name, winner + 1, name, loser + 1, Millis.of(decided)));
        } else if ("timeout".equals(reason)) {
            long passed = part.askedAt() + part.budgetMicros();
            found.add(
                    new Cancellation("budget", name, null, name, loser + 1, Millis.of(Math.min(at, passed))));
        } else if ("elements_missing".equals(reason) || isElement(attempts, reason)) {
            found.add(new Cancellation("element-failed", name, null, name, loser + 1, Millis.of(at)));
        } else {
            outer(part, loser + 1, at);
        }
    }

    /// Returns true if the part failed by itself while others of its elements were being asked for.
    private static boolean isElement(List<AttemptRecorder> attempts, @Nullable String reason) {
        return reason != null && !reason.equals("not_needed") && !reason.equals("deadline_exceeded")
                && attempts.size() > 1 && !hedged(attempts);
    }

    private static boolean hedged(List<AttemptRecorder> attempts) {
        return attempts.stream().anyMatch(each -> each.kind() == AttemptRecorder.Kind.HEDGE);
    }

    /// Returns the attempt whose answer was used in place of the loser's; -1 for none.
    private static int winner(List<AttemptRecorder> attempts, int loser) {
        if (!hedged(attempts)) return -1;
        for (int i = 0; i < attempts.size(); i++) {
            if (i != loser && attempts.get(i).isAnswered()) return i;
        }
        return -1;
    }

    private void outer(PartRecorder part, @Nullable Integer attempt, int at) {
        Cause cause = cause(part);
        if (cause == null) return;
        found.add(new Cancellation(cause.kind().label(), from(cause), null, part.name(), attempt,
                Millis.of(at == 0 ? cause.atMicros() : Math.min(at, cause.atMicros()))));
    }

    private @Nullable Cause cause(PartRecorder part) {
        PartRecorder.End end = part.end();
        int page = part.page().number();
        String reason = end == null ? null : end.reason();
        String outcome = end == null ? "" : end.outcome();
        if ("not_needed".equals(reason)) return first(Cause.Kind.QUORUM_MET, page);
        if ("deadline_exceeded".equals(reason) || outcome.equals("deadline_exceeded")) {
            return first(Cause.Kind.DEADLINE, page);
        }
        for (Cause each : causes) {
            if (each.kind() != Cause.Kind.QUORUM_MET && concerns(each, page)) return each;
        }
        return null;
    }

    private @Nullable Cause first(Cause.Kind kind, int page) {
        return causes.stream().filter(each -> each.kind() == kind && concerns(each, page)).findFirst()
                .orElse(null);
    }

    private static boolean concerns(Cause cause, int page) {
        return cause.page() == 0 || cause.page() == page;
    }

    private static String from(Cause cause) {
        return switch (cause.kind()) {
            case DEADLINE -> "deadline";
            case CLIENT_GONE -> "client";
            case SHUTDOWN -> "service";
            case OPERATOR -> "operator";
            case REQUIRED_FAILED, QUORUM_MISSED, QUORUM_MET ->
                cause.part() == null ? "page" : cause.part();
        };
    }
}
