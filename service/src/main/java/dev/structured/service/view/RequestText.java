package dev.structured.service.view;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One request as text for a terminal: the sentence, then a tree of parts and attempts with a bar of time.
///
/// ```
/// Partial: reviews gave no answer within its 300 ms. The page took 304 ms.
///
/// GET /products/{id}  200 partial  304 ms of 800 ms  id 1cc4a1  2026-01-31T18:04:05.678Z
/// product            ok        ▒▓█                                     12 ms
/// └─ first           200       ▒▓█                                     12 ms  connect 1 ms, first byte 10 ms
/// reviews            late      ▒▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓  300 ms of 300 ms
/// ```
public final class RequestText {
    private static final int WIDTH = 40;

    private final RequestView request;
    private final StringBuilder text = new StringBuilder(1_000);
    private final double end;
    private final int names;

    private RequestText(RequestView request) {
        this.request = request;
        this.end = Math.max(request.ms(), 0.01);
        this.names = Math.max(14,
                request.parts().stream().mapToInt(each -> each.name().length()).max().orElse(0));
    }

    /// Returns the text.
    public static String of(RequestView request) {
        return new RequestText(request).text();
    }

    private String text() {
        text.append(request.sentence()).append("\n\n").append(request.route()).append("  ");
        if (request.status() != null) text.append(request.status()).append(' ');
        text.append(request.outcome()).append("  ").append(Millis.text(request.ms()));
        if (request.deadlineMs() != null) text.append(" of ").append(Millis.text(request.deadlineMs()));
        text.append("  id ").append(request.id()).append("  ").append(request.arrived());
        if (request.trace() != null) text.append("  trace ").append(request.trace());
        text.append('\n');
        if (request.target() != null)
            text.append(request.method()).append(' ').append(request.target()).append('\n');
        request.parts().forEach(this::part);
        if (request.morePages() > 0) {
            text.append(request.morePages()).append(" more pages of the batch are not recorded\n");
        }
        if (!request.parts().isEmpty()) {
            text.append(
                    "\n░ waits for a part, a permit or a connection   ▓ for the first byte   "
                            + "█ for the rest\n");
        }
        request.cancellations().forEach(this::cancellation);
        for (RequestView.LogLine each : request.log()) {
            text.append("log, ").append(Millis.text(each.atMs())).append(": ").append(each.text())
                    .append('\n');
        }
        if (request.moreLog() > 0) {
            text.append("log: ").append(request.moreLog()).append(" more calls failed\n");
        }
        return text.toString();
    }

    private void part(PartView part) {
        String time = time(part.startMs(), part.endMs());
        if (part.budgetMs() != null) time += " (budget " + Millis.text(part.budgetMs()) + ")";
        if (part.waitsFor() != null) time += ", " + part.waitsFor();
        if (!part.needs().isEmpty()) time += ", needs " + String.join(", ", part.needs());
        line(part.name(), part.state(), bar(part), time);
        List<AttemptView> attempts = part.attempts();
        for (AttemptView each : attempts) {
            String branch = each == attempts.getLast() && part.more() == 0 ? "└─ " : "├─ ";
            line(branch + each.kind(), outcome(each), bar(each), phases(each));
        }
        if (part.more() > 0) text.append("└─ ").append(part.more()).append(" more\n");
    }

    private void line(String name, String state, String bar, String rest) {
        text.append(String.format(Locale.ROOT, "%-" + names + "s  %-16s %s  %s%n", name, state, bar, rest)
                .replace("\r\n", "\n"));
    }

    private static String outcome(AttemptView attempt) {
        return attempt.status() != null && !attempt.isCancelled()
                ? attempt.status() + (attempt.isAnswered() ? "" : " " + attempt.outcome())
                : attempt.outcome();
    }

    private String time(@Nullable Double from, @Nullable Double to) {
        if (from == null) return "not begun";
        return Millis.text((to == null ? end : to) - from);
    }

    private String phases(AttemptView attempt) {
        String where = attempt.endpoint() == null ? "" : attempt.endpoint() + "  ";
        return where + attempt.phases().stream()
                .map(each -> each.name() + " " + time(each.fromMs(), each.toMs()))
                .collect(Collectors.joining(", "));
    }

    /* --- Bars --- */

    private String bar(PartView part) {
        char[] bar = empty();
        fill(bar, '░', part.startMs(), part.askedMs() == null ? part.endMs() : part.askedMs());
        if (part.askedMs() != null) fill(bar, '─', part.askedMs(), part.endMs());
        return new String(bar);
    }

    private String bar(AttemptView attempt) {
        char[] bar = empty();
        for (AttemptView.Phase phase : attempt.phases()) {
            char sign = switch (phase.name()) {
                case "first byte", "shared call" -> '▓';
                case "body" -> '█';
                default -> '░';
            };
            fill(bar, sign, phase.fromMs(), phase.toMs());
        }
        return new String(bar);
    }

    private static char[] empty() {
        return " ".repeat(WIDTH).toCharArray();
    }

    private void fill(char[] bar, char sign, @Nullable Double from, @Nullable Double to) {
        if (from == null) return;
        int first = column(from);
        int last = Math.max(first, column(to == null ? end : to));
        for (int i = first; i <= last; i++) bar[i] = sign;
    }

    private int column(double ms) {
        return Math.clamp(Math.round(ms / end * (WIDTH - 1)), 0, WIDTH - 1);
    }

    private void cancellation(Cancellation each) {
        text.append(each.part());
        if (each.attempt() != null) text.append(" #").append(each.attempt());
        text.append(" was cancelled at ").append(Millis.text(each.atMs())).append(" by ").append(each.from());
        if (each.fromAttempt() != null) text.append(" #").append(each.fromAttempt());
        text.append(" (").append(each.reason()).append(")\n");
    }
}
