package dev.structured.service.check;

import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.Share;
import dev.structured.service.yaml.Places;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Checks that no part is given more time than the whole request.
record BudgetCheck(RouteConfig route, PartConfig part, Places places) {

    void check() {
        if (!places.isSound(route, "deadline") || !places.isSound(part, "budget", "minBudget")) return;
        String deadline = "the route's deadline of " + route.deadline().toMillis() + "ms";
        Duration longest = longest(part.budget());
        if (longest.isNegative() || longest.isZero()) {
            places.report(part, "budget", "leaves no time at all: it keeps back as much as " + deadline
                    + " or more; shorten what is kept back");
            return;
        }
        if (longest.compareTo(route.deadline()) > 0) {
            places.report(part, "budget", "is longer than " + deadline
                    + ", which always comes first; shorten the budget, or remove it");
            return;
        }
        Duration least = part.minBudget();
        if (least == null || least.compareTo(longest) <= 0) return;
        places.report(part, "minBudget", "is longer than the longest time that there can be, "
                + longest.toMillis() + "ms by " + (part.budget() == null ? deadline : "'budget'")
                + ", so that the call would never be made; shorten it");
    }

    private Duration longest(@Nullable BudgetRule budget) {
        return switch (budget) {
            case null -> route.deadline();
            case BudgetRule.Fixed(Duration time) -> time;
            case BudgetRule.OfDeadline(Share share) -> Duration
                    .ofNanos((long) (route.deadline().toNanos() * share.fraction()));
            case BudgetRule.RemainingMinus(Duration reserve) -> route.deadline().minus(reserve);
        };
    }
}
