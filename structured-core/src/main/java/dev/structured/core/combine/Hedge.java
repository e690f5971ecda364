package dev.structured.core.combine;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.Instrument;
import dev.structured.core.LateStart;
import dev.structured.core.Nursery;
import dev.structured.core.ValueBody;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A race whose attempts start one after the other, as a [HedgePolicy] says.
///
/// ```
///   attempt 1, on the caller's task ───────────────────────▶ value in time: the late start is taken back
///      │ delay
///      └──▶ attempt 2, a task of its own ──────────────────▶ value: the others are cancelled
///              │ delay
///              └──▶ attempt 3 …
/// ```
///
/// The next attempt is a [LateStart]: while all goes well it is only an entry among the deadlines, and no
/// task is cancelled.
///
/// @param <T> the value
final class Hedge<T extends @Nullable Object> {
    private final HedgePolicy policy;
    private final Fn<Integer, ? extends T, ?> body;
    private final Race<T> race;
    /// The number of attempts that have begun or are about to, with those that were one too many.
    private final AtomicInteger begun = new AtomicInteger(1);
    private final AtomicReference<@Nullable Next> next = new AtomicReference<>();
    private volatile boolean stopped;

    /// What an attempt has scheduled.
    ///
    /// @param after the number of the attempt
    /// @param start the start of the next one; null after the last
    private record Next(int after, @Nullable LateStart<?> start) {}

    Hedge(HedgePolicy policy, Fn<Integer, ? extends T, ?> body, Discard<? super T> discard) {
        this.policy = policy;
        this.body = body;
        this.race = new Race<>("hedge", discard);
    }

    T call() {
        return race.run(nursery -> {
            policy.extra().begin();
            scheduleNext(nursery, 1);
            attempt(nursery, "attempt 1 (first)", () -> body.apply(1));
        });
    }

    /// Schedules the next attempt in place of what an attempt before has scheduled. If the delay is short,
    /// the next attempt may have begun by now and scheduled the one after it: that one stays.
    private void scheduleNext(Nursery nursery, int after) {
        Next mine = new Next(after, after < policy.attempts()
                ? nursery.startAfter(policy.delay(), hedge(after + 1), () -> begin(nursery))
                : null);
        Next before = next.getAndAccumulate(mine, (known, added) -> isLater(known, added) ? known : added);
        takeBack(isLater(before, mine) ? mine : before);
    }

    private static boolean isLater(@Nullable Next known, Next added) {
        return known != null && known.after > added.after;
    }

    private static String hedge(int number) {
        return "attempt " + number + " (hedge)";
    }

    /// Makes the next attempt, unless it is not allowed or no longer needed. In a task of its own.
    private void begin(Nursery nursery) {
        Checkpoints.checkCancelled();
        int number = begun.incrementAndGet();
        if (stopped || number > policy.attempts()) return;
        if (!isPaid()) {
            stop();
            return;
        }
        AtomicBoolean made = new AtomicBoolean();
        try {
            scheduleNext(nursery, number);
            attempt(nursery, hedge(number), () -> {
                made.set(true);
                return body.apply(number);
            });
        } catch (Cancelled cancelled) {
            // By itself, so it has failed; otherwise what starts now is cancelled too, before it begins.
            if (!nursery.scope().isCancelled()) failed(nursery);
            throw cancelled;
        } finally {
            if (!made.get()) policy.extra().refund(); // cancelled just before
        }
    }

    /// A function of the policy that throws ends the further attempts, and nothing else: the attempts that
    /// run may still win.
    private boolean isPaid() {
        try {
            return policy.extra().pay(Duration.ZERO, null) == null;
        } catch (Cancelled cancelled) {
            throw cancelled;
        } catch (Throwable ofPolicy) {
            Instrument.reportDropped(ofPolicy);
            return false;
        }
    }

    private void attempt(Nursery nursery, String name, ValueBody<? extends T, ?> once) {
        switch (race.attempt(nursery, name, once)) {
            case WON -> {
                if (!wasAlone()) nursery.scope().cancel(name + " has won");
            }
            case FAILED -> failed(nursery);
            case LATE -> {
                // another has won
            }
        }
    }

    /// Returns true if only the first attempt has begun, and no other will.
    private boolean wasAlone() {
        return takeBack(next.get()) && begun.get() == 1;
    }

    /// Starts one attempt at once for each failure, so that as many run as before.
    private void failed(Nursery nursery) {
        if (policy.stopsOnFailure()) stop();
        else if (!stopped && begun.get() < policy.attempts()) {
            takeBack(next.get());
            nursery.startSoon(hedge(begun.get() + 1), () -> begin(nursery));
        }
    }

    private void stop() {
        stopped = true;
        takeBack(next.get());
    }

    /// Returns true if the task does not run and never will.
    private static boolean takeBack(@Nullable Next next) {
        return next == null || next.start == null || next.start.tryTakeBack();
    }
}
