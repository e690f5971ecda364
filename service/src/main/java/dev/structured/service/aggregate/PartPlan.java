package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.record.RouteLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The facts about a part that are known before a request arrives: its downstream, its call, the parts that
/// it needs.
final class PartPlan {
    /// Its place among the parts of the route, each after the parts that it needs.
    final int index;
    final PartConfig config;
    final List<String> needs;
    /// The needed parts that it takes values from. The other needed parts only decide whether it is asked
    /// for.
    final Set<String> ingredients;
    final List<QuorumConfig> quorums;
    final AnswerShape shape;
    /// Null for a part that has a fixed value.
    final @Nullable Source source;
    final boolean required;
    /// True if the client gets the downstream's problem when the part is refused.
    final boolean passesProblem;
    /// True if a quorum that is met without the part may stop it.
    final boolean stoppable;
    /// True if nobody reads inside its answers.
    final boolean whole;

    /// The downstream of a part, and its name.
    record Source(Downstream downstream, CallConfig call, CallWriter writer) {}

    /// @param index its place among the parts, each after the parts that it needs
    PartPlan(int index, RouteConfig route, PartConfig config, List<String> needs, List<QuorumConfig> quorums,
            Map<String, Downstream> downstreams, WholeAnswers wholes) {
        this.index = index;
        this.config = config;
        this.needs = needs;
        this.ingredients = config.lostWithout();
        this.quorums = quorums;
        this.shape = new AnswerShape(config);
        this.required = config.isRequired();
        this.passesProblem = route.passesProblem(config);
        this.stoppable = quorums.stream().anyMatch(quorum -> quorum.rest() == QuorumConfig.Rest.CANCEL);
        CallConfig call = config.call();
        this.whole = call != null && wholes.are(call);
        this.source = call == null ? null : source(route, config, call, downstreams, whole);
    }

    private static Source source(RouteConfig route, PartConfig part, CallConfig call,
            Map<String, Downstream> downstreams, boolean whole) {
        Downstream named = downstreams.get(call.downstream());
        if (named != null) return new Source(named, call, new CallWriter(route, part, call, whole));
        throw new IllegalStateException(
                "No downstream '" + call.downstream() + "' of part '" + part.name()
                        + "', only for " + downstreams.keySet());
    }

    RouteLayout.Part layout() {
        return new RouteLayout.Part(name(), config.downstream(), required, needs);
    }

    String name() {
        return config.name();
    }

    /// Returns the result of a part that is known without a call or a wait; null for any other part.
    PartResult.@Nullable Present fixed() {
        JsonNode value = config.value();
        if (value == null || !needs.isEmpty() || !config.when().isEmpty()) return null;
        return present(value);
    }

    /// Returns the result of a part whose value does not come from a downstream.
    PartResult.Present present(JsonNode value) {
        return new PartResult.Present(value, value, Map.of(), Freshness.FOREVER, null);
    }

    PartFailure failure(ErrorType type, @Nullable Integer status, String detail) {
        return new PartFailure(name(), config.downstream(), type, status, detail);
    }
}
