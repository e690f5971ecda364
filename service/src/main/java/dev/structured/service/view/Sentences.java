package dev.structured.service.view;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Describes the result of a request in a sentence, for people who have never seen the service.
final class Sentences {
    /// The most parts of a batch's pages that a sentence names.
    private static final int MOST_OF_A_BATCH = 3;
    private static final String QUORUM = "cannot be met: too many of its parts are missing";

    /// The words for a part, by the reason why it is missing. They continue a sentence that begins with the
    /// name of the part.
    private static final Map<String, Function<PartView, String>> REASONS = Map.ofEntries(
            Map.entry("timeout", part -> "gave no answer within its " + budget(part)),
            Map.entry("connect_refused", part -> "failed: " + asked(part) + " refused the connection"),
            Map.entry("connect_timeout", part -> "failed: " + asked(part) + " took no connection in time"),
            Map.entry("dns", part -> "failed: the host name of " + asked(part) + " could not be resolved"),
            Map.entry("tls", part -> "failed: there is no trusted connection (TLS) to " + asked(part)),
            Map.entry("reset",
                    part -> "failed: " + asked(part) + " broke the connection before its answer was "
                            + "complete"),
            Map.entry("incomplete", part -> "failed: the answer of " + asked(part) + " ended too early"),
            Map.entry("protocol", part -> "failed: the answer of " + asked(part) + " was not valid HTTP"),
            Map.entry("headers_too_large", part -> "failed: the answer of " + asked(part)
                    + " had larger headers than the file allows"),
            Map.entry("body_too_large", part -> "failed: the answer of " + asked(part)
                    + " was larger than the file allows"),
            Map.entry("content_coding", part -> "failed: the answer of " + asked(part)
                    + " was compressed in a way that was not asked for"),
            Map.entry("invalid_json", part -> "failed: the answer of " + asked(part) + " was not valid JSON"),
            Map.entry("status", part -> "failed: " + asked(part) + " answered " + status(part)),
            Map.entry("not_found", part -> "does not exist: " + asked(part) + " answered " + status(part)),
            Map.entry("limit_exceeded", part -> "was not asked: too many calls to " + asked(part)
                    + " were waiting already"),
            Map.entry("descriptors",
                    part -> "was not asked: this service had no file descriptor left for a connection to "
                            + asked(part) + " (its own limit, not the downstream's)"),
            Map.entry("memory",
                    part -> "was dropped: this service had no memory left for the answer of " + asked(part)
                            + " (its own limit, server.transfer.maxUnsent)"),
            Map.entry("circuit_open", part -> "was not asked: " + asked(part)
                    + " has failed too often and is left alone for a while (its circuit breaker is open)"),
            Map.entry("budget_too_small", _ -> "was not asked: too little time was left for it"),
            Map.entry("unusable_answer", part -> "failed: the answer of " + asked(part)
                    + " lacks something that the page takes from it"),
            Map.entry("too_many_elements",
                    _ -> "was left out: its list has more elements than the file allows"),
            Map.entry("elements_missing", _ -> "is incomplete: some of its elements could not be had"),
            Map.entry("quorum", _ -> QUORUM),
            Map.entry("not_needed", _ -> "was stopped: enough other parts had come before it"),
            Map.entry("missing_value", _ -> "was not asked: a value that it needs is missing"),
            Map.entry("call_too_large", part -> "was not asked: the body of its call to " + asked(part)
                    + " would have been too large"),
            Map.entry("bad_parameter",
                    _ -> "was not asked: a value in the client's request cannot be used for "
                            + "it"));

    private Sentences() {}

    /// Returns the sentence, or two.
    static String of(RequestView request) {
        return switch (request.outcome()) {
            case "running" -> running(request);
            case "complete" -> complete(request);
            case "partial" -> "Partial: " + missing(request);
            case "failed" -> "Failed with " + request.status() + ": " + failed(request);
            case "client_gone" -> "The client went away after " + took(request) + "." + cut(request);
            case "client_slow" -> "The client did not take its page in time; its connection was closed after "
                    + took(request) + ".";
            case "cancelled" -> "An operator cancelled it after " + took(request) + "." + cut(request);
            case "shutdown" -> "The service ended while it ran, after " + took(request) + "." + cut(request);
            case "draining" -> "Refused with " + request.status() + ": the service was about to end.";
            case "bug" -> "The service itself failed; its log has the error under this id.";
            default -> "Refused with " + request.status() + ": no page was made.";
        };
    }

    /* --- Running --- */

    private static String running(RequestView request) {
        String time = "Running for " + took(request)
                + (request.deadlineMs() == null ? "" : " of " + Millis.text(request.deadlineMs()));
        String awaited = request.awaits();
        if (awaited == null) {
            return time + ": " + ("starting".equals(request.waitsFor())
                    ? "no part has begun."
                    : "its answer is being written.");
        }
        return time + ": waits for " + awaited + " (" + request.waitsFor() + ")." + amiss(request);
    }

    private static String amiss(RequestView request) {
        List<String> clauses = clauses(request);
        return clauses.isEmpty() ? "" : " So far " + String.join("; ", clauses) + ".";
    }

    /* --- Ended --- */

    private static String complete(RequestView request) {
        PartView longest = null;
        for (PartView part : request.parts()) {
            boolean stopped = part.state().equals("stopped"); // the page did not wait for it
            if (!stopped && (longest == null || time(part) > time(longest))) longest = part;
        }
        String sentence = "Complete in " + took(request);
        if (longest == null || time(longest) == 0) return sentence + ".";
        return sentence + ": " + longest.name() + " took longest, " + Millis.text(time(longest))
                + extra(longest)
                + ".";
    }

    private static String extra(PartView part) {
        if (part.retries() > 0) return " with " + plural(part.retries(), "retry", "retries");
        return part.hedges() > 0 ? " with " + plural(part.hedges(), "hedge", "hedges") : "";
    }

    private static double time(PartView part) {
        Double from = part.askedMs();
        Double to = part.endMs();
        return from == null || to == null ? 0 : to - from;
    }

    private static String missing(RequestView request) {
        List<String> clauses = clauses(request);
        boolean batch = request.pages() > 0;
        String rest = (batch ? " The pages took " : " The page took ") + took(request) + ".";
        if (clauses.isEmpty()) return (batch ? "some pages are missing." : "a part is missing.") + rest;
        int told = Math.min(clauses.size(), batch ? MOST_OF_A_BATCH : Integer.MAX_VALUE);
        String more = told == clauses.size()
                ? ""
                : " And " + plural(clauses.size() - told, "part", "parts") + " more.";
        return String.join(". Also, ", clauses.subList(0, told)) + "." + more + rest;
    }

    private static List<String> clauses(RequestView request) {
        List<String> clauses = new ArrayList<>();
        for (PartView part : request.parts()) {
            if (part.isAmiss()) clauses.add(part.name() + " " + why(part, request) + standIn(part));
        }
        return clauses;
    }

    private static String failed(RequestView request) {
        for (Cancellation each : request.cancellations()) {
            if (each.reason().equals("quorum-missed")) {
                return "'" + each.from() + "' " + QUORUM
                        + ". "
                        + missing(request);
            }
        }
        for (PartView part : request.parts()) {
            if (part.required() && part.isAmiss()) {
                return part.name() + " " + why(part, request) + ", and there is no page without it."
                        + stopped(request);
            }
        }
        return missing(request);
    }

    private static String cut(RequestView request) {
        List<String> parts = request.cancellations().stream().map(Cancellation::part).distinct().toList();
        if (parts.isEmpty()) return "";
        return " Stopped at once: " + String.join(", ", parts) + ".";
    }

    private static String stopped(RequestView request) {
        long stopped = request.cancellations().stream().map(Cancellation::part).distinct().count();
        return stopped == 0
                ? ""
                : " What else was in flight (" + plural(stopped, "part", "parts") + ") was stopped at once.";
    }

    /* --- Parts --- */

    private static String why(PartView part, RequestView request) {
        if ("deadline_exceeded".equals(part.reason())) return "was not ready when " + wholeTime(request);
        Function<PartView, String> words = REASONS.get(Objects.requireNonNullElse(part.reason(), ""));
        return words == null ? "is missing (" + part.reason() + ")" : words.apply(part);
    }

    private static String wholeTime(RequestView request) {
        Double from = request.planMs();
        Double to = request.deadlineMs();
        return from == null || to == null || to <= from
                ? "the time that the client gave had passed"
                : "the " + Millis.text(to - from) + " for the whole page were over";
    }

    private static String standIn(PartView part) {
        return switch (part.state()) {
            case "stale" -> part.standInMs() == null
                    ? "; a kept answer stood in"
                    : "; a kept answer of " + age(part.standInMs()) + " ago stood in";
            case "fallback" -> "; the value that the file gives for this case stood in";
            case "incomplete" -> "; the others are in the page";
            default -> "";
        };
    }

    private static String age(double millis) {
        return millis < 1_000 ? Millis.text(millis) : Math.round(millis / 1_000) + " s";
    }

    private static String asked(PartView part) {
        String downstream = part.downstream();
        return downstream == null ? "its downstream" : "downstream '" + downstream + "'";
    }

    private static String budget(PartView part) {
        Double budget = part.budgetMs();
        return budget == null ? "time" : Millis.text(budget);
    }

    private static String status(PartView part) {
        @Nullable
        Integer status = part.status();
        return status == null ? "with an error" : "with status " + status;
    }

    private static String took(RequestView request) {
        return Millis.text(request.ms());
    }

    private static String plural(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }
}
