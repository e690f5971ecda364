package dev.structured.testing;

import dev.structured.core.Action;
import org.jspecify.annotations.Nullable;

/// One run of a body with one seed and one schedule.
final class Trial {
    final long seed;
    final Baton baton;
    private final Action<Simulation, ?> body;

    Trial(Action<Simulation, ?> body, long seed, Schedule schedule, long mostDecisions, boolean traced) {
        this.body = body;
        this.seed = seed;
        this.baton = new Baton(schedule, mostDecisions, traced);
    }

    /// Runs it to its end. Called once, on a thread outside the simulation.
    ///
    /// @return this
    Trial run() {
        Simulation simulation = new Simulation(baton, seed);
        baton.run(() -> runBody(simulation));
        if (baton.failure() == null) {
            String left = simulation.leftBehind();
            if (!left.isEmpty()) baton.failed(new Finding(Finding.Kind.LEFT_BEHIND, left));
        }
        return this;
    }

    @SuppressWarnings("SwallowedCancelled") // no task runs here; it is reported
    private void runBody(Simulation simulation) {
        try {
            body.accept(simulation);
        } catch (Throwable thrown) {
            baton.failed(thrown);
        }
        if (Thread.interrupted()) {
            baton.failed(new Finding(Finding.Kind.LEFT_BEHIND,
                    "the body has ended and its thread's interrupt flag is set. If that is intended, "
                            + "clear it"
                            + " with Thread.interrupted()"));
        }
    }

    @Nullable
    Throwable failure() {
        return baton.failure();
    }

    Choices choices() {
        return baton.choices;
    }

    String trace() {
        return baton.trace == null ? "" : baton.trace.toString();
    }

    /// Returns true if both failed in the same way, as far as can be told without comparing messages.
    boolean failedLike(Throwable other) {
        Throwable mine = failure();
        return mine != null && kind(mine).equals(kind(other));
    }

    private static String kind(Throwable thrown) {
        StringBuilder kind = new StringBuilder();
        Throwable each = thrown;
        for (int i = 0; each != null && i < 10; i++) {
            kind.append(each instanceof Finding finding ? finding.kind : each.getClass().getName())
                    .append(' ');
            each = Words.cause(each);
        }
        return kind.toString();
    }
}
