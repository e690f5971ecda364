package dev.structured.service.edge;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.List;

/// The answer to a request whose page failed: a problem.
final class FailedPage {
    private FailedPage() {}

    /// Returns the answer.
    ///
    /// @param elapsed the time that the request took
    static Answer of(Outcome.Failed failed, ServedRoute served, PageRequest request, Duration elapsed) {
        RouteConfig route = served.route();
        PartFailure failure = failed.failure();
        ProblemDetails problem = problem(failure, failed.status());
        if (isTimeout(failure.type())) {
            problem = problem.with("budgetMs", budget(failure, route, request).toMillis())
                    .with("elapsedMs", elapsed.toMillis());
        }
        Answer answer = served.problems()
                .answer(named(problem, failure).with(failure.problem()), request.id())
                .with(ReplyHeaders.sane(failure.headers()))
                .with(ProxyStatus.HEADER, ProxyStatus.of(List.of(failure)));
        boolean later = answer.status() == 503 && !failure.headers().containsKey("retry-after");
        return later ? RetryLater.on(answer) : answer;
    }

    private static ProblemDetails problem(PartFailure failure, int status) {
        String name;
        String title;
        ErrorType type = failure.type();
        if (type == ErrorType.NOT_FOUND && status == 404) {
            name = "page-not-found";
            title = "There is no such page";
        } else if (type == ErrorType.BAD_PARAMETER) {
            name = "bad-parameter";
            title = "A value in the request cannot be used";
        } else if (type == ErrorType.CALL_TOO_LARGE) {
            name = "call-too-large";
            title = "The body of a required part's call would be too large";
        } else if (isTimeout(type)) {
            name = "deadline-exceeded";
            title = "A required part did not answer in time";
        } else if (type == ErrorType.LIMIT_EXCEEDED) {
            name = "upstream-busy";
            title = "A required part is overloaded";
        } else if (type == ErrorType.DESCRIPTORS) {
            name = "out-of-descriptors";
            title = "The service has no file descriptor left";
        } else if (type == ErrorType.MEMORY) {
            name = "out-of-memory";
            title = "The service has no memory left for the page";
        } else if (type == ErrorType.CIRCUIT_OPEN) {
            name = "upstream-unavailable";
            title = "A required part fails too often and is not called for a while";
        } else if (status / 100 == 4) {
            name = "upstream-refused";
            title = "A required part was refused";
        } else {
            name = "upstream-error";
            title = "A required part could not be fetched";
        }
        return ProblemDetails.named(name, title, status, failure.detail());
    }

    private static ProblemDetails named(ProblemDetails problem, PartFailure failure) {
        ProblemDetails named = problem.with("error", failure.type().label()).with("part", failure.part());
        if (failure.downstream() != null) named = named.with("downstream", failure.downstream());
        return failure.status() == null ? named : named.with("upstreamStatus", failure.status());
    }

    private static boolean isTimeout(ErrorType type) {
        return type == ErrorType.TIMEOUT || type == ErrorType.DEADLINE_EXCEEDED
                || type == ErrorType.BUDGET_TOO_SMALL;
    }

    /// Returns the time that ran out: the part's own budget, or the time that route and caller allow.
    private static Duration budget(PartFailure failure, RouteConfig route, PageRequest request) {
        PartConfig part = route.parts().get(failure.part());
        CallConfig call = part == null ? null : part.call();
        if (failure.type() == ErrorType.TIMEOUT && call != null
                && call.budget() instanceof BudgetRule.Fixed(Duration time)) {
            return time;
        }
        return request.allowed(route.deadline());
    }
}
