package dev.structured.testing;

import dev.structured.core.Action;
import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Platform;
import dev.structured.core.Scheduler;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs code of this library under many different orders of its steps, each drawn from a seed and repeatable.
///
/// ```java
/// Simulation.check(1_000, simulation -> {
///     CancelScope scope = new CancelScope();
///     simulation.cancelAnywhere(scope);
///     simulation.run(() -> scope.run(() -> transfer(from, to)));
///     assertEquals(100, from.balance() + to.balance());
/// });
/// ```
///
/// One thread runs at a time. At every decision point (a thread starts, parks, unparks, yields or ends; the
/// kernel is between two of its steps; [#point]) the seed decides which thread goes on, and now and then that
/// the time of the next deadline comes. Time is virtual: it also jumps when all threads wait. The kernel is
/// the real one, on real virtual threads.
///
/// A seed fails if the body or a [#thread] throws, and also if
///
/// - every thread waits and no deadline is left: a deadlock; the report names the threads and their waits;
/// - it does not end: a live lock;
/// - a run, task, deadline or interrupt flag is left behind at its end;
/// - a thread blocks for real, which no schedule can control. Model such code by [#foreignSleep()].
///
/// Code must not depend on anything outside the simulation: real time, `Math.random`, other threads, values
/// that an earlier seed has left in a static field.
public final class Simulation {
    private static final long OTHER_STREAM = 0x9E3779B97F4A7C15L;

    private final Baton baton;
    private final SplittableRandom random;
    private @Nullable Scheduler scheduler;
    /// The number of foreign threads that have not ended, and the thread that waits for their ends.
    private int foreign;
    private @Nullable Thread joining;

    Simulation(Baton baton, long seed) {
        this.baton = baton;
        this.random = new SplittableRandom(seed ^ OTHER_STREAM);
    }

    /* --- From outside --- */

    /// Runs the body once for each seed. Stops at the first that fails and looks for a simpler schedule that
    /// fails in the same way.
    ///
    /// The system property `simulation.factor` multiplies the number of seeds, `simulation.first` is the
    /// first one.
    ///
    /// @throws SimulationFailedError if a seed fails
    /// @throws IllegalArgumentException if there is no seed to run
    public static SimulationReport check(int seeds, Action<Simulation, ?> body) {
        Settings settings = Settings.current();
        long all = seeds * settings.factor();
        if (all < 1) {
            throw new IllegalArgumentException("A simulation of " + all
                    + " seeds checks nothing: ask for at least 1, with a simulation.factor of at least 1");
        }
        Trials trials = new Trials(body);
        return new Guard(trials).watch(() -> trials.run(settings.first(), all));
    }

    /// Runs the body once, under the schedule of the seed.
    ///
    /// @return the trace, one line for each decision
    /// @throws SimulationFailedError if it fails
    public static String replay(long seed, Action<Simulation, ?> body) {
        Trials trials = new Trials(body);
        return new Guard(trials).watch(() -> trials.replay(seed, new SeededSchedule(seed)));
    }

    /// Runs the body once, under a schedule that a [SimulationFailedError] has named.
    ///
    /// @return the trace, one line for each decision
    /// @throws IllegalArgumentException if the text is no such schedule
    /// @throws SimulationFailedError if it fails
    public static String replay(String schedule, Action<Simulation, ?> body) {
        int at = schedule.indexOf('@');
        long seed;
        Choices choices;
        try {
            seed = Long.parseLong(schedule, 0, Math.max(0, at), 10);
            choices = Choices.parse(schedule.substring(at + 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Not a schedule of a SimulationFailedError: " + schedule, e);
        }
        Trials trials = new Trials(body);
        return new Guard(trials).watch(() -> trials.replay(seed, choices.replayed()));
    }

    /* --- From the body --- */

    /// Returns the simulated machine, on which a [Scheduler] with instruments can be built.
    public Platform platform() {
        return baton;
    }

    /// Returns the scheduler of this run, made when first asked for. It need not be closed.
    public Scheduler scheduler() {
        Scheduler known = scheduler;
        if (known == null) {
            known = Scheduler.builder().platform(baton).build();
            scheduler = known;
        }
        return known;
    }

    /// Runs a root task named `main` on the calling thread of the simulation. Returns when all tasks of the
    /// run have ended.
    public <X extends Exception> void run(Body<X> body) throws X {
        scheduler().run("main", body);
    }

    /// Starts a thread that is not a task. The schedule decides when it begins, which over many seeds is at
    /// every decision point of the other threads. The simulation ends only when this thread has ended.
    public void thread(String name, Body<?> body) {
        foreign++;
        baton.start(name, () -> runThread(body), true);
    }

    /// Waits until every [#thread] has ended, so that their effects can be checked. Not for tasks.
    public void joinThreads() {
        joining = Thread.currentThread();
        while (foreign > 0)
            baton.park("the foreign threads");
    }

    @SuppressWarnings("SwallowedCancelled") // no task runs here; it is reported
    private void runThread(Body<?> body) {
        try {
            body.run();
        } catch (Throwable thrown) {
            if (!(thrown instanceof Abandoned)) baton.failed(thrown);
        }
        if (--foreign == 0 && joining != null) baton.unpark(joining);
    }

    /// Cancels the scope at a moment that the seed chooses, unless the simulation ends before.
    public void cancelAnywhere(CancelScope scope) {
        thread("canceller", scope::cancel);
    }

    /// Interrupts the thread at a moment that the seed chooses.
    public void interruptAnywhere(Thread thread) {
        thread("interrupter", () -> baton.interrupt(thread));
    }

    /// Lets the schedule choose the next thread here: a place where other threads may get in.
    ///
    /// @param name for the trace
    public void point(String name) {
        baton.racePoint(name);
    }

    /// Adds a remark to the trace. Not a decision point.
    public void trace(String text) {
        baton.note(text);
    }

    /// Returns random numbers that depend on the seed only, and on the order of the calls.
    public RandomGenerator random() {
        return random;
    }

    /// Blocks until its thread is interrupted, like foreign code that reacts to interrupts.
    ///
    /// @throws InterruptedException always; the flag is cleared then
    public void foreignSleep() throws InterruptedException {
        foreignWait();
        Thread.currentThread().interrupt();
        new Semaphore(0).acquire(); // code of the JDK throws the exception, and clears the flag
    }

    /// Blocks until its thread is interrupted, clears the flag, and returns as if nothing had happened: the
    /// worst way in which foreign code can handle an interrupt.
    public void foreignWait() {
        while (!Thread.interrupted())
            baton.park("foreign code, until it is interrupted");
    }

    /// Returns the leftovers of the simulation, in words; empty if there are none.
    String leftBehind() {
        StringBuilder left = new StringBuilder();
        Scheduler known = scheduler;
        if (known != null && known.statistics().runs() > 0)
            left.append(known.statistics().runs()).append(" runs. ");
        if (known != null && known.statistics().tasks() > 0)
            left.append(known.statistics().tasks()).append(" tasks. ");
        if (baton.alarmsSet() > 0) left.append("deadlines. ");
        return left.toString();
    }
}
