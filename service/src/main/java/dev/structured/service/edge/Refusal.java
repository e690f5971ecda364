package dev.structured.service.edge;

import java.io.Serial;

/// A request is refused by the edge itself, before anybody is asked for its page.
public final class Refusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public Refusal(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /// Returns what the client is told.
    public Problem problem() {
        return problem;
    }
}
