package dev.structured.core;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Two threads in the kernel's lock-free steps, at full speed, many million times: what the machine and the
/// compiler may reorder, which a simulation cannot see. [Mutants] runs the same on kernels in which a field
/// is not volatile.
public final class Races {
    private Races() {}

    /// Threads of jcstress stand for the tasks; the platform is asked for nothing but to unpark them.
    private static final Scheduler SCHEDULER = Scheduler.open();

    private static Task<?> newRoot() {
        Task<?> root = new Task<>(SCHEDULER, "root");
        root.base().enterAsRoot(root);
        return root;
    }

    private static final CancelReason REASON =
            new CancelReason(CancelReason.Source.EXPLICIT, "scope", "why", null);

    /// A wait is decided once.
    @JCStressTest
    @Outcome(id = {"1, 0", "0, 1"}, expect = Expect.ACCEPTABLE, desc = "one of them won")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or none")
    @State
    public static class OneDecision {
        final Wait<String> wait = new Wait<>(ROOT, "a test", true);
        private static final Task<?> ROOT = newRoot();

        @Actor
        public void complete(II_Result r) {
            r.r1 = wait.decide("done") ? 1 : 0;
        }

        @Actor
        public void abort(II_Result r) {
            r.r2 = wait.abort(REASON) ? 1 : 0;
        }
    }

    /// A scope is cancelled while a task enters it and begins to wait: one of the two aborts the wait.
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "aborted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "waits for ever")
    @State
    public static class CancelOrEnter {
        final Task<?> task = newRoot();
        final CancelScope scope = new CancelScope("scope");
        final Wait<String> wait = new Wait<>(task, "a test", true);

        @Actor
        public void waits() {
            task.gate().enter(wait);
            scope.enter(task);
            CancelReason reason = task.cancelReason();
            if (reason != null) wait.abort(reason);
        }

        @Actor
        public void cancels() {
            scope.cancel(CancelReason.Source.EXPLICIT, "why", null);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = wait.isDecided() ? 1 : 0;
        }
    }

    /// A scope is marked while a task enters it: the task sees the reason, or the canceller sees the task. The
    /// same as [CancelOrEnter] without the many steps in between, in which a write that is late arrives.
    @JCStressTest
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither sees the other")
    @Outcome(expect = Expect.ACCEPTABLE, desc = "one of the two, or both")
    @State
    public static class MarkOrEnter {
        final Task<?> task = newRoot();
        final CancelScope scope = new CancelScope("scope");

        public MarkOrEnter() {
            scope.enterBeside(task, task.base()); // the task has not said yet that it is in there
        }

        @Actor
        public void enters(II_Result r) {
            task.innermost(scope);
            r.r1 = task.cancelReason() == null ? 0 : 1;
        }

        @Actor
        public void marks(II_Result r) {
            scope.mark(REASON);
            r.r2 = task.cancelledScope() == null ? 0 : 1;
        }
    }

    /// A scope is cancelled while a task that has found it quiet before looks again: if the task can see the
    /// reason, it does not rely on what it has found.
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "sees the reason, and passes a checkpoint")
    @Outcome(expect = Expect.ACCEPTABLE, desc = "before or after")
    @State
    public static class CancelOrPass {
        final Task<?> task = newRoot();
        final CancelScope scope = new CancelScope("scope");

        public CancelOrPass() {
            scope.enter(task);
            task.isQuiet();
        }

        @Actor
        public void cancels() {
            scope.cancel(CancelReason.Source.EXPLICIT, "why", null);
        }

        @Actor
        public void passes(II_Result r) {
            r.r1 = scope.reason() == null ? 0 : 1;
            r.r2 = task.isQuiet() ? 1 : 0;
        }
    }

    /// A shield is lowered while a scope outside it is cancelled: one of the two tells the task.
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "aborted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "waits for ever")
    @State
    public static class CancelOrLower {
        final Task<?> task = newRoot();
        final CancelScope outer = new CancelScope("outer");
        final CancelScope shield = new CancelScope("shield").withShield();
        final Wait<String> wait = new Wait<>(task, "a test", true);

        public CancelOrLower() {
            outer.enter(task);
            shield.enter(task);
            task.gate().enter(wait);
        }

        @Actor
        public void lowers() {
            shield.setShielded(false);
        }

        @Actor
        public void cancels() {
            outer.cancel(CancelReason.Source.EXPLICIT, "why", null);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = wait.isDecided() ? 1 : 0;
        }
    }

    /// A task ends while a lot is to be broken by its end: it is broken, by one of the two.
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "broken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "forgotten")
    @State
    public static class BreakerOrEnd {
        final Task<?> task = newRoot();
        final ParkingLot lot = new ParkingLot();

        @Actor
        public void adds() {
            lot.addBreaker(task);
        }

        @Actor
        public void ends() {
            task.end(null, null);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = lot.statistics().brokenBy() == null ? 0 : 1;
        }
    }
}
