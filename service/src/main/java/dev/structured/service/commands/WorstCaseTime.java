package dev.structured.service.commands;

import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The longest time that a page of a route can take, and the parts on the slowest way.
///
/// Retries, hedges, queues and `each` do not matter, because a part's budget bounds all of its calls
/// together.
final class WorstCaseTime {
    private final RouteConfig route;
    private final CallGraph graph;
    private final Map<String, Leg> legs = new HashMap<>();

    /// A part on the slowest way.
    ///
    /// @param from the latest time at which it begins, counted from the start of the request
    /// @param to the latest time at which it ends
    /// @param before the last of the parts that it waits for; null if it waits for none
    record Leg(PartConfig part, Duration from, Duration to, @Nullable Leg before) {}

    WorstCaseTime(RouteConfig route) {
        this.route = route;
        this.graph = new CallGraph(route);
    }

    /// Returns the longest time until the page is complete or has failed.
    Duration whole() {
        List<Leg> way = way();
        return way.isEmpty() ? Duration.ZERO : way.getLast().to();
    }

    /// Returns the longest time of a batch: the time of all rounds of pages, within the batch's own deadline.
    ///
    /// @param pages the longest time of one page
    static Duration ofBatch(RouteConfig route, BatchConfig batch, Duration pages) {
        Duration all = pages.multipliedBy(rounds(batch));
        return all.compareTo(route.deadline()) < 0 ? all : route.deadline();
    }

    /// Returns the largest number of pages of a batch that are made one after the other.
    static int rounds(BatchConfig batch) {
        return (batch.atMost() + batch.atOnce() - 1) / batch.atOnce();
    }

    /// Returns the parts on the slowest way, each waiting for the one before it. If there are several such
    /// ways, returns the one with the fewest parts.
    List<Leg> way() {
        Leg last = null;
        for (PartConfig part : route.parts().values()) {
            Leg leg = leg(part);
            if (last == null || later(leg, last)) last = leg;
        }
        List<Leg> way = new ArrayList<>();
        for (Leg leg = last; leg != null; leg = leg.before()) way.addFirst(leg);
        return way;
    }

    private static boolean later(Leg leg, Leg other) {
        int order = leg.to().compareTo(other.to());
        return order > 0 || (order == 0 && length(leg) < length(other));
    }

    private static int length(Leg leg) {
        Leg before = leg.before();
        return before == null ? 1 : 1 + length(before);
    }

    private Leg leg(PartConfig part) {
        Leg known = legs.get(part.name());
        if (known != null) return known;
        Leg before = null;
        for (PartConfig need : graph.needs(part)) {
            Leg leg = leg(need);
            if (before == null || later(leg, before)) before = leg;
        }
        Duration from = before == null ? Duration.ZERO : before.to();
        Leg leg = new Leg(part, from, end(part, from), before);
        legs.put(part.name(), leg);
        return leg;
    }

    private Duration end(PartConfig part, Duration from) {
        Duration deadline = route.deadline();
        CallConfig call = part.call();
        if (call == null) return from;
        Duration end = switch (call.budget()) {
            case null -> deadline;
            case BudgetRule.Fixed(Duration time) -> from.plus(time);
            case BudgetRule.OfDeadline share -> from.plus(share.longest(deadline));
            case BudgetRule.RemainingMinus(Duration reserve) -> deadline.minus(reserve);
        };
        if (end.compareTo(from) < 0) return from;
        return end.compareTo(deadline) < 0 ? end : deadline;
    }

    /// Returns the names of the parts that may last until the deadline.
    List<String> untilDeadline() {
        return route.parts()
                .values()
                .stream()
                .filter(part -> part.downstream() != null && leg(part).to().equals(route.deadline()))
                .map(PartConfig::name)
                .toList();
    }
}
