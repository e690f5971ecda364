package dev.structured.service.edge;

import java.io.Serial;

/// A request is refused by the edge itself, before anybody is asked for its page.
public final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient ProblemDetails problem;

    public Refusal(ProblemDetails problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /// Returns what the client is told.
    public ProblemDetails problem() {
        return problem;
    }
}
