package dev.structured.service.view;

import dev.structured.service.record.Count;
import dev.structured.service.record.Tallies.PartSum;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds anomalies in the numbers of the last two minutes. A function of these numbers and nothing else; it
/// makes no findings about only a few requests.
public final class Lints {
    /// The fewest events for a finding.
    private static final int ENOUGH = 20;
    /// The fewest calls after which a cache, or the sharing of calls, should have had an effect.
    private static final int MANY = 100;
    private static final double RARELY = 0.05;
    private static final double MOSTLY = 0.5;
    private static final int FLAPPING = 3;
    private static final double SLOWER = 3;
    /// A budget is too long if it is this many times the latency of slow answers.
    private static final double MUCH_LONGER = 10;
    /// The budget to propose, as a multiple of the latency of slow answers.
    private static final double ROOM = 4;

    /// The numbers that are looked at.
    ///
    /// @param parts all parts of all routes
    /// @param requests the requests of the last two minutes
    /// @param clientsGone those whose clients left before their end
    /// @param faults the counts of events that must not happen at all
    public record Readings(List<PartSum> parts, List<DownstreamView> downstreams, long requests,
            long clientsGone, Faults faults) {}

    /// The counts, since the start, of events that must not happen at all.
    ///
    /// @param swallowed the cancellations that code did not let through
    /// @param dropped the errors that a cancellation suppressed
    /// @param unreadableDeadlines the requests whose deadline could not be read
    public record Faults(long swallowed, long dropped, long unreadableDeadlines) {
        /// Nothing has happened.
        public static final Faults NONE = new Faults(0, 0, 0);
    }

    private final List<Lint> found = new ArrayList<>();

    private Lints() {}

    /// Returns the findings, the most frequent first.
    public static List<Lint> of(Readings readings) {
        Lints lints = new Lints();
        readings.parts.forEach(lints::part);
        readings.downstreams.forEach(each -> lints.downstream(each, readings.parts));
        lints.clients(readings);
        lints.faults(readings.faults);
        lints.found.sort(Comparator.comparingLong(Lint::count).reversed());
        return List.copyOf(lints.found);
    }

    private void part(PartSum part) {
        budget(part);
        longBudget(part);
        deadline(part);
        long notAsked = part.count(Count.NOT_ASKED);
        if (notAsked >= MANY && notAsked == part.count(Count.PARTS)) {
            add("part-unused", part, "no page asked for it: its condition ('when') was false each time, so "
                    + "that no client gets it.", notAsked, null);
        }
        long hedged = part.count(Count.HEDGED);
        if (isRare(part.count(Count.HEDGE_WON), hedged)) {
            add("hedges-lose", part, "its hedges win " + percent(part.count(Count.HEDGE_WON), hedged)
                    + " of the time: they cost calls and cut little. A later hedge, or none, would do.",
                    hedged,
                    null);
        }
        long retried = part.count(Count.RETRIED);
        if (isRare(part.count(Count.RETRY_HELPED), retried)) {
            add("retries-fail", part, "its retries help " + percent(part.count(Count.RETRY_HELPED), retried)
                    + " of the time: what fails once fails again. They only load the downstream.", retried,
                    null);
        }
        long cut = part.count(Count.LIST_CUT);
        if (cut > 0) {
            add("list-cut", part, "it was left out since its list has more elements than 'atMost' allows.",
                    cut,
                    "too_many_elements");
        }
    }

    private void budget(PartSum part) {
        long ended = part.count(Count.BUDGET_ENDED);
        long all = part.count(Count.PARTS);
        if (all < ENOUGH || ended < MOSTLY * all) return;
        String blame = hasQuickOnes(part, part.budgetMillis())
                ? "Half of its calls answer within " + Millis.text(part.p50())
                        + ", so the budget is not too short: the downstream is slow for the others."
                : "Even the median call takes the whole budget: the downstream is slower, or hangs.";
        add("budget-ends", part, percent(ended, all) + " of its calls are ended by their budget of "
                + part.budgetMillis() + " ms. " + blame, ended, "timeout");
    }

    /// A budget that is too long costs nothing while all goes well, so nothing is said then.
    private void longBudget(PartSum part) {
        long ended = part.count(Count.BUDGET_ENDED);
        double usual = part.answeredP99();
        if (ended < ENOUGH || ended >= MOSTLY * part.count(Count.PARTS) || usual == 0
                || part.budgetMillis() < MUCH_LONGER * usual) {
            return;
        }
        add("budget-long", part, "its budget of " + part.budgetMillis() + " ms is hardly used: 99 of 100 "
                + "answers come within " + Millis.text(usual)
                + ". Each call that gets none holds its page up "
                + "for all of it; " + Math.max(1, Math.round(ROOM * usual)) + " ms would do.", ended,
                "timeout");
    }

    private void deadline(PartSum part) {
        long ended = part.count(Count.DEADLINE_ENDED);
        long all = part.count(Count.PARTS);
        if (ended < ENOUGH || ended < MOSTLY * all) return;
        String blame = hasQuickOnes(part, part.deadlineMillis())
                ? "Half of its calls answer within " + Millis.text(part.p50())
                        + ": the downstream is slow for the others, or the time was used up before them."
                : "Nobody could meet it: even the median call takes all of that time.";
        add("deadline-ends", part,
                percent(ended, all) + " of its calls are ended by the deadline of the page, "
                        + "last " + part.deadlineMillis() + " ms. " + blame,
                ended, "deadline_exceeded");
    }

    /// Returns true if half of the attempts take less than half of a time.
    private static boolean hasQuickOnes(PartSum part, long millis) {
        return part.p50() > 0 && part.p50() < millis * 0.5;
    }

    private void downstream(DownstreamView downstream, List<PartSum> parts) {
        idle(downstream, parts);
        if (downstream.openings() >= FLAPPING) {
            add("breaker-flaps", downstream.name(), "its circuit breaker has opened " + downstream.openings()
                    + " times in two minutes: each time the downstream is asked again, it fails again.",
                    downstream.openings(), "reason=circuit_open");
        }
        if (downstream.queued() >= ENOUGH && downstream.inFlight() >= downstream.limit()) {
            add("limit-full", downstream.name(), "all " + downstream.limit() + " permits are taken, and "
                    + downstream.queued()
                    + " calls wait for one. It is slower than it was, or the limit is too "
                    + "small.", downstream.queued(), null);
        }
        endpoints(downstream);
    }

    private void endpoints(DownstreamView downstream) {
        List<DownstreamView.Endpoint> known = downstream.endpoints().stream()
                .filter(each -> each.calls() >= ENOUGH && each.latencyMs() > 0).toList();
        if (known.size() < 2) return;
        double best = known.stream().mapToDouble(DownstreamView.Endpoint::latencyMs).min().orElseThrow();
        for (DownstreamView.Endpoint each : known) {
            if (each.latencyMs() < 5 || each.latencyMs() < SLOWER * best) continue;
            add("endpoint-slow", downstream.name(), "its endpoint " + each.name() + " takes "
                    + Millis.text(each.latencyMs()) + ", the quickest of its peers " + Millis.text(best)
                    + ".",
                    each.calls(), null);
        }
    }

    /// Cache and sharing are configured for a downstream and counted for its parts.
    private void idle(DownstreamView downstream, List<PartSum> parts) {
        long attempts = sum(Count.ATTEMPTS, downstream, parts);
        if (downstream.caches() && attempts >= MANY && sum(Count.FROM_CACHE, downstream, parts) == 0) {
            add("cache-idle", downstream.name(), "of " + attempts + " calls none was answered by the cache: "
                    + "each asks for something else, or the answers say that they must not be kept.",
                    attempts,
                    null);
        }
        if (downstream.shares() && attempts >= MANY && sum(Count.SHARED, downstream, parts) == 0) {
            add("sharing-idle", downstream.name(), "of " + attempts + " calls none could share the answer to "
                    + "an equal one: equal calls do not come at the same time.", attempts, null);
        }
    }

    private static long sum(Count what, DownstreamView downstream, List<PartSum> parts) {
        return parts.stream().filter(each -> downstream.name().equals(each.downstream()))
                .mapToLong(each -> each.count(what)).sum();
    }

    private void clients(Readings readings) {
        long gone = readings.clientsGone;
        if (gone < ENOUGH || gone < readings.requests * 0.1) return;
        add("clients-leave", "clients", percent(gone, readings.requests) + " of all requests are given up by "
                + "their clients before they end: the clients wait less long than the deadlines allow.", gone,
                "outcome=client_gone");
    }

    private void faults(Faults faults) {
        if (faults.swallowed > 0) {
            add("cancellation-swallowed", "code",
                    "a cancellation was caught and not passed on, so that its task "
                            + "went on; the log says where ('swallowed').",
                    faults.swallowed, null);
        }
        if (faults.dropped > 0) {
            add("errors-dropped", "code",
                    "an error was thrown while its task was being cancelled, and nobody "
                            + "was told of it; the log has it ('dropped').",
                    faults.dropped, null);
        }
        if (faults.unreadableDeadlines > 0) {
            add("deadline-unreadable", "clients",
                    "a deadline that a client sent cannot be read, so the route's "
                            + "was used; structured_deadline_ignored_total says in which header.",
                    faults.unreadableDeadlines, null);
        }
    }

    private static boolean isRare(long good, long all) {
        return all >= ENOUGH && good < RARELY * all;
    }

    private void add(String id, PartSum part, String text, long count, @Nullable String reason) {
        String query = "route=" + URLEncoder.encode(part.route(), StandardCharsets.UTF_8)
                + (reason == null ? "" : "&reason=" + reason);
        add(id, part.part(), text, count, query);
    }

    private void add(String id, String about, String text, long count, @Nullable String query) {
        found.add(new Lint(id, about, text, count, query));
    }

    private static String percent(long some, long all) {
        return Math.round(100.0 * some / Math.max(1, all)) + " %";
    }
}
