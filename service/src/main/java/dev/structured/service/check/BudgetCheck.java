package dev.structured.service.check;

import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import java.time.Duration;

/// Checks that no part is given more time than the whole request.
record BudgetCheck(RouteConfig route, CallConfig call, SourceMap places) {

    void check() {
        if (!places.isSound(route, "deadline") || !places.isSound(call, "budget", "minBudget")) return;
        String deadline = "the route's deadline of " + route.deadline().toMillis() + "ms";
        BudgetRule budget = call.budget();
        Duration longest = budget == null ? route.deadline() : budget.longest(route.deadline());
        if (longest.isNegative() || longest.isZero()) {
            places.report(call, "budget", "leaves no time at all: it keeps back as much as " + deadline
                    + " or more; shorten what is kept back");
            return;
        }
        if (longest.compareTo(route.deadline()) > 0) {
            places.report(call, "budget", "is longer than " + deadline
                    + ", which always comes first; shorten the budget, or remove it");
            return;
        }
        Duration least = call.minBudget();
        if (least == null || least.compareTo(longest) <= 0) return;
        places.report(call, "minBudget", "is longer than the longest time that there can be, "
                + longest.toMillis() + "ms by " + (budget == null ? deadline : "'budget'")
                + ", so that the call would never be made; shorten it");
    }
}
