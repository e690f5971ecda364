package dev.structured.service.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Turns the outcome of a route into an answer.
///
/// | outcome | answer |
/// |---|---|
/// | complete | 200 with the page |
/// | partial | 200 with the page, `X-Parts`, one `Proxy-Status` for each missing part, `Cache-Control: no-store` |
/// | failed | the problem of the required part that failed, with the status of its error type |
final class PageRendering {
    /// How the service names itself in `Proxy-Status`.
    static final String SERVICE = "structured-service";

    private static final String JSON = "application/json";

    private PageRendering() {}

    /// Returns the answer for `outcome`.
    ///
    /// @param requestId the request's id
    /// @param elapsed how long the request took
    static Answer of(Outcome outcome, RouteConfig route, String requestId, Duration elapsed) {
        return switch (outcome) {
            case Outcome.Complete(ObjectNode page, _, _) -> new Answer(200, JSON, Map.of(), page);
            case Outcome.Partial(ObjectNode page, List<PartFailure> missing, _) ->
                partial(page, missing, route);
            case Outcome.Failed(PartFailure failure, _) -> failed(failure, route, requestId, elapsed);
            case Outcome.Batch(List<Outcome.Item> items) -> batch(items, route, requestId, elapsed);
        };
    }

    /// Returns what the log and the metrics say about `outcome`.
    static Verdict verdict(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Complete _ -> Verdict.COMPLETE;
            case Outcome.Partial(_, List<PartFailure> missing, _) -> Verdict.partial(missing);
            case Outcome.Failed(PartFailure failure, _) -> Verdict.failed(failure);
            case Outcome.Batch(List<Outcome.Item> items) -> verdict(items);
        };
    }

    /// Partial where any page of the batch is: the batch itself always comes to something.
    private static Verdict verdict(List<Outcome.Item> items) {
        List<PartFailure> missing = items.stream()
                .flatMap(item -> verdict(item.outcome()).parts().stream())
                .toList();
        return missing.isEmpty() ? Verdict.COMPLETE : Verdict.partial(missing);
    }

    private static Answer batch(List<Outcome.Item> items, RouteConfig route, String requestId,
            Duration elapsed) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode list = body.putArray("items");
        for (Outcome.Item item : items) {
            Answer answer = of(item.outcome(), route, requestId, elapsed);
            ObjectNode one = list.addObject();
            ObjectNode params = one.putObject("params");
            item.params().forEach(params::put);
            one.put("status", answer.status());
            one.set(item.outcome() instanceof Outcome.Failed ? "problem" : "page", answer.body());
        }
        return new Answer(200, JSON, Map.of("Cache-Control", "no-store"), body);
    }

    private static Answer partial(ObjectNode page, List<PartFailure> missing, RouteConfig route) {
        return new Answer(200, JSON, Map.of(), page)
                .with("X-Parts", parts(missing, route))
                .with("Proxy-Status", proxyStatus(missing))
                .with("Cache-Control", "no-store");
    }

    private static Answer failed(PartFailure failure, RouteConfig route, String requestId, Duration elapsed) {
        Answer answer = problem(failure, route, elapsed)
                .with("part", failure.part())
                .with("downstream", String.valueOf(failure.downstream()))
                .answer(requestId)
                .with("Proxy-Status", proxyStatus(List.of(failure)));
        return answer.status() == 503 ? RetryAfter.on(answer) : answer;
    }

    private static Problem problem(PartFailure failure, RouteConfig route, Duration elapsed) {
        ErrorType type = failure.type();
        Problem problem = switch (type) {
            case NOT_FOUND ->
                Problem.named("page-not-found", "There is no such page", type.status(), failure.detail());
            case BAD_PARAMETER ->
                Problem.named("bad-parameter", "A value in the request cannot be used", type.status(),
                        failure.detail());
            case TIMEOUT, DEADLINE_EXCEEDED ->
                Problem.named("deadline-exceeded", "A required part did not answer in time", type.status(),
                        failure.detail())
                        .with("budgetMs", budget(failure, route).toMillis())
                        .with("elapsedMs", elapsed.toMillis());
            case LIMIT_EXCEEDED ->
                Problem.named("upstream-busy", "A required part is overloaded", type.status(),
                        failure.detail());
            default ->
                Problem.named("upstream-error", "A required part could not be fetched", type.status(),
                        failure.detail());
        };
        problem = problem.with("error", type.label());
        Integer status = failure.status();
        return status == null ? problem : problem.with("upstreamStatus", status);
    }

    private static Duration budget(PartFailure failure, RouteConfig route) {
        if (failure.type() == ErrorType.DEADLINE_EXCEEDED) return route.deadline();
        PartConfig part = route.parts().get(failure.part());
        return part != null && part.budget() instanceof BudgetRule.Fixed(Duration time)
                ? time
                : route.deadline();
    }

    private static String parts(List<PartFailure> missing, RouteConfig route) {
        int total = route.parts().size();
        String failed = missing.stream().map(PageRendering::name).collect(Collectors.joining(" "));
        return "total=" + total + ", ok=" + (total - missing.size()) + ", failed="
                + (missing.size() == 1 ? failed : "(" + failed + ")");
    }

    private static String name(PartFailure failure) {
        return StructuredField.tokenOrString(failure.part()) + ";" + failure.type().label();
    }

    private static String proxyStatus(List<PartFailure> failures) {
        return failures.stream().map(PageRendering::proxyStatus).collect(Collectors.joining(", "));
    }

    private static String proxyStatus(PartFailure failure) {
        Integer status = failure.status();
        String hop = "; next-hop=" + StructuredField.string(String.valueOf(failure.downstream()));
        // None of the errors that RFC 9209 lists is "it answered, with that status": then the status says it all.
        boolean answered = status != null
                && (failure.type() == ErrorType.STATUS || failure.type() == ErrorType.NOT_FOUND);
        String error = answered ? "" : "; error=" + failure.type().proxyStatus();
        return SERVICE + error + hop + (status == null ? "" : "; received-status=" + status);
    }
}
