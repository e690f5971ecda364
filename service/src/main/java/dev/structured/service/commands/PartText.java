package dev.structured.service.commands;

import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.Condition;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Explains a part: its call, the parts that it waits for, its time limit, and the effect of a failure.
final class PartText {
    private static final int LONGEST_VALUE = 60;

    private final ServiceConfig config;
    private final RouteConfig route;
    private final PartConfig part;
    private final List<String> lines = new ArrayList<>();

    private PartText(ServiceConfig config, RouteConfig route, PartConfig part) {
        this.config = config;
        this.route = route;
        this.part = part;
    }

    /// Returns the lines, the part's name first.
    static List<String> of(ServiceConfig config, RouteConfig route, PartConfig part) {
        return new PartText(config, route, part).lines();
    }

    private List<String> lines() {
        lines.add("  " + part.name() + (part.isRequired() ? ", required" : ", optional"));
        CallConfig call = part.call();
        source(call);
        needs();
        if (call != null) {
            time(call);
            failure();
        }
        place();
        return lines;
    }

    private void say(String text) {
        lines.add("      " + text);
    }

    private void source(@Nullable CallConfig call) {
        if (call == null) {
            say("is a fixed value: " + shortened(String.valueOf(part.value())));
            return;
        }
        say("calls " + call.downstream() + ": " + call.method() + " " + call.path().text());
        if (!route.cookies(part).isEmpty()) {
            say("sends the client's cookies " + Words.list(route.cookies(part)) + ", and no others");
        }
        if (!call.setCookies().isEmpty()) {
            say("its answer may set the client's cookies " + Words.list(call.setCookies())
                    + ", so nobody keeps the page");
        }
        PartSource.Each each = part.each();
        if (each == null) return;
        say("once for each element of " + each.list().text() + ": at most " + each.atMost() + ", "
                + each.atOnce() + " at a time; " + switch (each.onElementFailure()) {
                    case FAIL -> "if one fails, the part fails";
                    case OMIT -> "an element that fails is left out";
                    case NULL -> "an element that fails is null";
                });
    }

    private void needs() {
        List<String> names = List.copyOf(route.needs(part));
        if (!names.isEmpty()) say("waits for " + Words.list(names));
        if (part.when().isEmpty()) return;
        say("only when "
                + String.join(", and ", part.when().stream().map(Condition::text).toList()));
    }

    private void time(CallConfig call) {
        switch (call.budget()) {
            case null -> say("for as long as the deadline allows");
            case BudgetRule.Fixed(Duration time) -> say("for at most " + Words.time(time));
            case BudgetRule.OfDeadline rule -> say("for at most " + Words.number(rule.share().percent())
                    + "% of the deadline: " + Words.time(rule.longest(route.deadline())));
            case BudgetRule.RemainingMinus(Duration reserve) ->
                say("until " + Words.time(reserve) + " before the deadline");
        }
        Duration least = call.minBudget();
        if (least != null) say("not called with less than " + Words.time(least) + " left");
    }

    private void failure() {
        String none = part.isRequired() ? "there is no page" : "it is null";
        say("when it fails, " + switch (part.failure().onFailure()) {
            case null -> none;
            case FAIL -> "there is no page";
            case OMIT -> "its field is left out";
            case NULL -> "it is null";
            case FALLBACK -> "it is replaced by " + shortened(String.valueOf(part.failure().fallback()));
            case STALE ->
                "the last good answer replaces it, up to " + staleFor() + " after it expired; else " + none;
        });
        if (route.passesProblem(part)) say("the client gets the problem with which it is refused");
    }

    private String staleFor() {
        DownstreamConfig downstream = part.downstream() == null
                ? null
                : config.downstreams().get(part.downstream());
        return downstream == null || downstream.cache() == null
                ? "0 ms"
                : Words.time(downstream.cache().staleFor());
    }

    private void place() {
        if (!part.place().show()) {
            say("not in the page, only used by other parts");
            return;
        }
        @Nullable
        String group = part.place().group();
        String in = group == null ? "the page" : "'" + group + "'";
        if (part.place().merge()) {
            say("its fields are merged into " + in);
        } else if (part.place().as() != null || group != null) {
            say("is in " + in + " as '" + part.field() + "'");
        }
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST_VALUE) return text;
        int end = LONGEST_VALUE - 3;
        if (Character.isHighSurrogate(text.charAt(end - 1))) end--; // of a pair
        return text.substring(0, end) + "...";
    }
}
