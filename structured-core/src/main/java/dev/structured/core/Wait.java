package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One wait of one task, and the one decision that ends it. Every blocking operation of this library is made
/// of these, and so can be those of others: locks, channels, joins.
///
/// ```
///              complete(result), by the code that has what the task waits for
///            ┌────────────────────────────────────────────────────▶ COMPLETED
///            │ abort(reason), by the canceller of a scope around the task
///    PENDING ┼────────────────────────────────────────────────────▶ ABORTED
///            │ breakOff(why), by the code that knows that it would be in vain
///            └────────────────────────────────────────────────────▶ BROKEN
/// ```
///
/// - The first of them wins by compare-and-set; the others are told that they lost. What a completer meant to
///   hand over is then still its own (give it to the next waiter), and a cancellation that lost shows at the
///   task's next checkpoint. So nothing is handed over twice, and `Cancelled` always means "it did not
///   happen".
/// - The task is woken by unpark, never by interrupt: while it is in here, its gate lets no interrupt of ours
///   pass.
/// - A wait that is not cancellable (a nursery's for its children) can only be completed or broken off. A
///   cancellation that comes before that is noted, one that comes after is not: see [#abortedBy()].
///
/// The rule for a primitive made of this, with a lock of its own and a [WaitQueue]:
///
/// ```java
/// Checkpoints.quickCheckpoint();
/// Waiter waiter = null;
/// synchronized (lock) {
///     if (tokens > 0) tokens--;
///     else {
///         waiter = new Waiter(Wait.cancellable("a token"));
///         queue.add(waiter);
///     }
/// }
/// if (waiter != null) waiter.wait.await(leaving(waiter));
/// ```
///
/// where `leaving` takes the waiter out of the queue, under the lock, if it was cancelled; and the code that
/// brings a token takes the first waiter out of the queue and calls [#decide] *under the lock*, goes on to
/// the next if that says no, and calls [#wake()] for the one that it has decided *after* the lock.
///
/// Fields that the task reads without the lock when it goes on have to be written before its wait is decided:
/// a task that has not parked yet goes on at once, woken or not.
///
/// @param <R> what a wait is completed with
public class Wait<R> {
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Wait.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Why it was not completed.
    private sealed interface Vain {}

    private record Aborted(CancelReason reason) implements Vain {}

    private record Broken(BrokenException exception) implements Vain {}

    /// The machine failed while the task waited: see [#error].
    private static final class GivenUp implements Vain {
        static final GivenUp INSTANCE = new GivenUp();
    }

    final Task<?> task;
    private final Thread thread = Thread.currentThread();
    private final Object purpose;
    private final boolean cancellable;
    /// Null while PENDING, else what was decided. Not written before: a volatile write costs a fence.
    private volatile @Nullable Object outcome;
    /// What the machine has thrown instead of waiting; the first only. Owner only.
    private @Nullable Throwable error;
    /// If the wait is not cancellable, why the task was cancelled while it was PENDING.
    private volatile @Nullable CancelReason abortedBy;

    /// A wait of the calling task.
    Wait(Task<?> task, Object purpose, boolean cancellable) {
        this.task = task;
        this.purpose = purpose;
        this.cancellable = cancellable;
    }

    /// Returns a wait that the calling task is going to [await][#await()]. The code that may complete it can
    /// be shown it before that.
    ///
    /// @param purpose the thing that the task waits for; its `toString` is shown in the task tree and in
    ///     thread dumps
    /// @throws IllegalStateException if the calling thread runs no task
    public static <R> Wait<R> cancellable(Object purpose) {
        return new Wait<>(withStack(Task.current("Wait.cancellable")), purpose, true);
    }

    /// Returns a wait that no cancellation ends: for what has to be waited for in any case. The cancellation
    /// shows at the task's next checkpoint. The caller has to be sure that the wait ends.
    ///
    /// @param purpose the thing that the task waits for; its `toString` is shown in the task tree and in
    ///     thread dumps
    /// @throws IllegalStateException if the calling thread runs no task
    public static <R> Wait<R> uncancellable(Object purpose) {
        return new Wait<>(withStack(Task.current("Wait.uncancellable")), purpose, false);
    }

    /// For all that comes until the wait has ended.
    private static Task<?> withStack(Task<?> task) {
        task.requireStack();
        return task;
    }

    /// Returns the exception of an operation that would wait in vain, for primitives that see so before they
    /// wait; see also [#breakOff].
    ///
    /// @param purpose what would be waited for; its `toString` is shown
    /// @param why in words: which side is gone
    /// @param cause the exception that the side threw; null if there is none
    public static BrokenException broken(Object purpose, String why, @Nullable Throwable cause) {
        return new BrokenException(purpose, why, cause);
    }

    /// Returns the task whose wait it is.
    public final Task<?> task() {
        return task;
    }

    /* --- Deciding --- */

    /// Ends the wait with its result. **Wakes** the task. **Thread-safe.** Not to be called while
    /// holding a lock.
    ///
    /// @return false if it had been decided already: the result is still the caller's
    public final boolean complete(R result) {
        task.racePoint("wait is completed");
        if (!decide(result)) return false;
        wake();
        return true;
    }

    /// Decides that the wait ends with its result. The caller then has to [wake][#wake()] the task,
    /// holding no lock. **Thread-safe.**
    ///
    /// @return false if it had been decided already: the result is still the caller's
    public final boolean decide(R result) {
        // Invariant 4: one compare-and-set ends a wait.
        return OUTCOME.compareAndSet(this, null, Objects.requireNonNull(result, "result"));
    }

    /// Decides that the wait ends with a cancellation. The caller then [wakes][#wake()] the task, holding no
    /// lock.
    ///
    /// @return false if it had been decided already, or is not cancellable
    final boolean abort(CancelReason reason) {
        if (outcome != null) return false;
        if (cancellable) return OUTCOME.compareAndSet(this, null, new Aborted(reason));
        abortedBy = reason;
        return false;
    }

    /// Ends the wait because it is in vain. **Wakes** the task. **Thread-safe.** Not to be called while
    /// holding a lock.
    ///
    /// @param why in words: the side that is gone
    /// @return false if it had been decided already
    public final boolean breakOff(String why) {
        return breakOff(broken(purpose, why, null));
    }

    final boolean breakOff(BrokenException why) {
        task.racePoint("wait is broken off");
        if (!OUTCOME.compareAndSet(this, null, new Broken(why))) return false;
        wake();
        return true;
    }

    /// Lets the task, whose wait the caller has [decided][#decide], go on. **Thread-safe.** Not to be called
    /// while holding a lock.
    public final void wake() {
        task.racePoint("wait is decided");
        task.platform().unpark(thread);
    }

    /* --- Waiting --- */

    /// Blocks the calling task until the wait is decided, and returns what it was completed with. A cancel
    /// point, but only while it is undecided.
    ///
    /// @throws Cancelled if a scope around the task was cancelled first
    /// @throws BrokenException if the wait was broken off first
    /// @throws IllegalStateException if it is not the calling task's, or was ended by a cancellation before
    public final R await() {
        return await(() -> {});
    }

    /// Blocks the calling task until the wait is decided, and returns what it was completed with. A cancel
    /// point, but only while it is undecided.
    ///
    /// @param leave run if it was not completed, before this throws: takes the wait out of the queues that it
    ///     is in
    /// @throws Cancelled if a scope around the task was cancelled first
    /// @throws BrokenException if the wait was broken off first
    /// @throws IllegalStateException if it is not the calling task's, or was ended by a cancellation before
    @SuppressWarnings("unchecked") // what is no Vain has come through decide()
    public final R await(Runnable leave) {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException(
                    "A wait is awaited by the task that made it, '" + task.path() + "'");
        }
        if (outcome instanceof Aborted) {
            throw new IllegalStateException("This wait for " + Words.of(purpose)
                    + " was ended by a cancellation: make a new one to wait again");
        }
        if (awaitDecision()) return (R) Objects.requireNonNull(outcome);
        leave.run();
        throw failure();
    }

    /// Blocks the calling task until the wait is decided. **Owner only.**
    ///
    /// @return true if completed, else false: the caller then leaves its queue and throws the [#failure()]
    final boolean awaitDecision() {
        task.stamp();
        if (outcome == null) task.hasYielded();
        else
            task.schedulePoint(); // it need not park
        task.gate().enter(this);
        try {
            task.racePoint("wait begins");
            CancelReason reason = task.cancelReason();
            if (reason != null) abort(reason);
        } catch (VirtualMachineError thrown) {
            giveUp(thrown);
        }
        while (outcome == null)
            park();
        task.racePoint("wait ends");
        leave();
        if (error != null && outcome != GivenUp.INSTANCE) {
            task.scheduler().instruments().errorDropped(task, error);
        }
        return !(outcome instanceof Vain);
    }

    /// The task goes on, whatever the machine says: if it has to be interrupted and is not, the next
    /// checkpoint tells it.
    private void leave() {
        try {
            task.gate().leave();
        } catch (VirtualMachineError thrown) {
            if (error == null) error = thrown;
        }
    }

    private void park() {
        try {
            task.platform().park(purpose);
            task.gate().noticeForeignInterrupt();
        } catch (VirtualMachineError thrown) {
            giveUp(thrown);
        }
    }

    /// The machine failed. That is one more decision, and the first stands; a wait that has to come to its
    /// end goes on.
    private void giveUp(Throwable thrown) {
        if (error == null) error = thrown;
        if (cancellable) OUTCOME.compareAndSet(this, null, GivenUp.INSTANCE);
    }

    /// Returns the purpose.
    final Object purpose() {
        return purpose;
    }

    final boolean isPending() {
        return outcome == null;
    }

    /// Returns the reason why the task was cancelled while it waited, if the wait is not cancellable; null if
    /// it was not.
    @Nullable
    final CancelReason abortedBy() {
        return abortedBy;
    }

    /// Returns the throwable for a wait that was not completed. Throws it itself if it is not ours.
    final RuntimeException failure() {
        switch (outcome) {
            case Broken(BrokenException exception) -> {
                // Whoever broke it may have done so because of a cancellation that the task is to see too.
                task.checkCancelled();
                throw exception;
            }
            case Aborted(CancelReason reason) -> throw task.thrown(new Cancelled(reason));
            case GivenUp _ -> throw Rethrow.unchecked(Objects.requireNonNull(error));
            case null, default -> throw new IllegalStateException("this wait did not fail");
        }
    }

    @Override
    public String toString() {
        return "Wait[" + Words.of(purpose) + " by " + task.path() + "]";
    }
}
