package dev.structured.testing;

import dev.structured.core.Platform;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs simulations on a thread of its own, and watches their progress from the calling thread, in real time.
/// No thread inside could watch: a thread that blocks for real keeps the baton.
final class Guard {
    private final Trials trials;
    private final long millis;

    Guard(Trials trials) {
        this.trials = trials;
        this.millis = Settings.current().guard();
    }

    @SuppressWarnings("SwallowedCancelled") // no task runs here; it is thrown to the caller
    <T> T watch(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Platform.system().start("simulation", () -> {
            try {
                result.complete(work.get());
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        });
        try {
            return watched(result);
        } catch (InterruptedException e) {
            trials.stop("the thread that runs the simulation was interrupted");
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a simulation was running", e);
        }
    }

    private <T> T watched(CompletableFuture<T> result) throws InterruptedException {
        long before = -1;
        boolean stopped = false;
        while (true) {
            try {
                return result.get(millis, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw unchecked(e.getCause());
            } catch (TimeoutException e) {
                if (stopped) throw stuck(e);
                long progress = trials.progress();
                if (progress == before) {
                    stopped = true;
                    trials.stop("no decision for " + millis + " ms of real time");
                }
                before = progress;
            }
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable thrown) {
        switch (thrown) {
            case Error e -> throw e;
            case RuntimeException e -> throw e;
            case null, default -> throw new IllegalStateException(thrown);
        }
    }

    private Error stuck(TimeoutException e) {
        Trial trial = trials.current();
        Throwable failure = trial == null ? null : trial.failure();
        if (trial == null || failure == null) return new AssertionError("The simulation is stuck", e);
        failure.addSuppressed(new AssertionError("The thread ignores interrupts: it is left behind.", e));
        return new SimulationFailedError(failure, trial, trial, 1);
    }
}
