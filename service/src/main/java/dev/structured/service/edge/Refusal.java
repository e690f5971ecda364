package dev.structured.service.edge;

import java.io.Serial;

/// Thrown by a filter that refuses a request before its page is made.
final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ProblemDetails problem;

    Refusal(ProblemDetails problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /// Returns the problem that the client gets.
    ProblemDetails problem() {
        return problem;
    }
}
