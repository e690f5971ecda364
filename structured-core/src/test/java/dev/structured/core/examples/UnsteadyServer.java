package dev.structured.core.examples;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.combine.Budget;
import dev.structured.core.combine.Combine;
import dev.structured.core.combine.HedgePolicy;
import dev.structured.core.combine.RetryPolicy;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Asks a server that now and then is slow, and now and then fails: with a second attempt beside the first,
/// or after it, and not more of them than a budget allows.
final class UnsteadyServer {
    /// The server is busy, and says when to come back.
    private static final class BusyException extends IOException {
        private static final long serialVersionUID = 1;
        private final Duration comeBackIn;

        BusyException(Duration comeBackIn) {
            super("busy");
            this.comeBackIn = comeBackIn;
        }
    }

    private final Transcript out;

    private UnsteadyServer(Transcript out) {
        this.out = out;
    }

    static void main() throws IOException {
        run(Scheduler.shared(), System.out);
    }

    static void run(Scheduler scheduler, PrintStream stream) throws IOException {
        UnsteadyServer server = new UnsteadyServer(new Transcript(scheduler, stream));
        scheduler.run("main", () -> {
            server.hedged();
            server.retried();
            server.inTime();
            server.withinBudget();
        });
    }

    private void hedged() {
        // @start region=hedge
        HedgePolicy policy = HedgePolicy.of(3, ofMillis(200));
        out.say("hedged: " + Combine.hedge(policy, this::slowAtFirst));
        // @end
    }

    private String slowAtFirst(int attempt) {
        out.say("attempt " + attempt + " begins");
        Checkpoints.sleep(attempt == 1 ? ofSeconds(30) : ofMillis(50));
        return "answer " + attempt;
    }

    // @start region=retry
    private void retried() throws IOException {
        RetryPolicy policy = RetryPolicy.of(5, ofMillis(200), ofSeconds(2))
                .retryIf(e -> e instanceof IOException)
                .withNamedPause(UnsteadyServer::namedPause)
                // For this page only, so that the pauses are the same each time.
                .withRandom(new SplittableRandom(42));
        out.say("retried: " + Combine.retry(policy, this::failsAtFirst));
    }

    /// As for an answer 503 with `Retry-After`.
    private static @Nullable Duration namedPause(Exception error) {
        return error instanceof BusyException busy ? busy.comeBackIn : null;
    }
    // @end

    private String failsAtFirst(int attempt) throws IOException {
        out.say("attempt " + attempt + " begins");
        if (attempt == 2) throw new BusyException(ofSeconds(1));
        if (attempt < 4) throw new IOException("connection reset");
        return "answer " + attempt;
    }

    private void inTime() {
        // @start region=deadline
        RetryPolicy policy = RetryPolicy.of(100, ofMillis(200), ofSeconds(2))
                .withNamedPause(UnsteadyServer::namedPause);
        try {
            Timeouts.failAfter(ofMillis(500), () -> Combine.retry(policy, () -> {
                throw new BusyException(ofSeconds(1));
            }));
        } catch (IOException e) {
            out.say("at once: " + e.getMessage() + "; " + e.getSuppressed()[0].getMessage());
        }
        // @end
    }

    private void withinBudget() {
        // @start region=budget
        Budget budget = new Budget(0.1, 3); // for all calls to that server: one extra attempt for ten calls
        RetryPolicy policy = RetryPolicy.of(3, ofMillis(1), ofMillis(1))
                .withRandom(new SplittableRandom(42))
                .withBudget(budget);
        for (int call = 0; call < 100; call++) {
            try {
                Combine.retry(policy, UnsteadyServer::down);
            } catch (IOException e) {
                // the server is down, for all of them
            }
        }
        Budget.Statistics spent = budget.statistics();
        out.say("budget: " + spent.calls() + " calls, " + spent.granted() + " extra attempts");
        // @end
    }

    private static String down() throws IOException {
        throw new IOException("connection refused");
    }
}
