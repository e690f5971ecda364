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

/// The longest time that a page of a route can take, and the parts that it is made up of.
///
/// Retries, hedges, queues and fan-outs do not appear: a part's budget bounds all of its calls together.
final class LongestTime {
    private final RouteConfig route;
    private final CallGraph graph;
    private final Map<String, Leg> legs = new HashMap<>();

    /// A part on the longest way.
    ///
    /// @param from when it begins, at the latest, counted from the request
    /// @param to when it ends, at the latest
    /// @param before the part that it waits for last; null when it waits for none
    record Leg(PartConfig part, Duration from, Duration to, @Nullable Leg before) {}

    LongestTime(RouteConfig route) {
        this.route = route;
        this.graph = new CallGraph(route);
    }

    /// Returns the longest time until the page is there, or is known not to come.
    Duration whole() {
        List<Leg> way = way();
        return way.isEmpty() ? Duration.ZERO : way.getLast().to();
    }

    /// Returns the longest time of a batch: as many rounds of pages as it takes, within the batch's own deadline.
    ///
    /// @param pages of the route whose pages it is made of
    static Duration ofBatch(RouteConfig route, BatchConfig batch, Duration pages) {
        Duration all = pages.multipliedBy(rounds(batch));
        return all.compareTo(route.deadline()) < 0 ? all : route.deadline();
    }

    /// Returns how many pages of a batch are made one after the other, at most.
    static int rounds(BatchConfig batch) {
        return (batch.atMost() + batch.atOnce() - 1) / batch.atOnce();
    }

    /// Returns the parts that make up the longest time, each waiting for the one before; of several such ways, the one
    /// with the fewest parts.
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

    /// Returns the parts that may go on until the deadline ends them.
    List<String> untilDeadline() {
        return route.parts()
                .values()
                .stream()
                .filter(part -> part.downstream() != null && leg(part).to().equals(route.deadline()))
                .map(PartConfig::name)
                .toList();
    }
}
