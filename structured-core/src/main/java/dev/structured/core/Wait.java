package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One wait of one task, and the one decision that ends it. Every blocking operation of this library is made
/// of waits, and other libraries can make theirs the same way: locks, channels, joins.
///
/// ```
///              complete(result), by the code that has what the task waits for
///            ┌────────────────────────────────────────────────────▶ COMPLETED
///            │ abort(reason), by the canceller of a scope around the task
///    PENDING ┼────────────────────────────────────────────────────▶ ABORTED
///            │ breakOff(why), by code that knows that the wait is in vain
///            └────────────────────────────────────────────────────▶ BROKEN
/// ```
///
/// - The first of them wins by compare-and-set; the others learn that they lost. A completer that lost still
///   has its result, and gives it to the next waiter; a cancellation that lost shows at the task's next
///   checkpoint. So nothing is handed over twice, and `Cancelled` always means "it did not happen".
/// - The task is woken by unpark, never by interrupt: while it waits, its gate sends no interrupt.
/// - A wait that is not cancellable (a nursery's for its children) can only be completed or broken off. A
///   cancellation that comes before that shows at the task's next checkpoint.
///
/// The rule for a primitive made of this, with a lock of its own and a [WaitQueue]:
///
/// ```java
/// Checkpoints.quickCheckpoint();
/// Wait.requireStack();
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
/// Here `leaving` takes the waiter out of the queue, under the lock, if it was cancelled. Code that brings a
/// token takes the first waiter out of the queue and calls [#decide] *under the lock*, goes on to the next
/// waiter if that returns false, and calls [#wake()] for the waiter that it has decided *after releasing the
/// lock*. Before all that it calls [#requireStackToFinish()].
///
/// Fields that the task reads without the lock when it goes on have to be written before its wait is decided:
/// a task that has not parked yet goes on at once, woken or not.
///
/// @param <R> the result with which a wait is completed
public class Wait<R> {
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Wait.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The reason why it was not completed.
    private sealed interface Vain {}

    private static final class Aborted implements Vain {
        final CancelReason reason;
        /// What [#failure] has thrown for it, and the cancellation that was in flight before. Owner only.
        @Nullable
        Cancelled thrown;
        @Nullable
        Cancelled before;

        Aborted(CancelReason reason) {
            this.reason = reason;
        }
    }

    private record Broken(BrokenException exception) implements Vain {}

    private static Vain vain(Object purpose, String why) {
        try {
            return new Broken(broken(purpose, why, null));
        } catch (VirtualMachineError e) {
            return Unsaid.INSTANCE;
        }
    }

    /// Broken off, without space for the exception: the task makes it.
    private static final class Unsaid implements Vain {
        static final Unsaid INSTANCE = new Unsaid();
    }

    /// The machine failed while the task waited: see [#error].
    private static final class GivenUp implements Vain {
        static final GivenUp INSTANCE = new GivenUp();
    }

    final Task<?> task;
    private final Thread thread = Thread.currentThread();
    private final Object purpose;
    private final boolean cancellable;
    /// Null while PENDING, then the decision. Not written at construction: a volatile write costs a fence.
    private volatile @Nullable Object outcome;
    /// The first error that the machine threw instead of waiting. Owner only.
    private @Nullable Throwable error;
    /// If the wait is not cancellable, the reason why the task was cancelled while it was PENDING.
    private volatile @Nullable CancelReason abortedBy;

    /// A wait of the calling task.
    Wait(Task<?> task, Object purpose, boolean cancellable) {
        this.task = task;
        this.purpose = purpose;
        this.cancellable = cancellable;
    }

    /// Returns a wait that the calling task is going to [await][#await()]. It may be passed to the code that
    /// completes it before that.
    ///
    /// @param purpose the thing that the task waits for; its `toString` is shown in the task tree and in
    ///     thread dumps
    /// @throws IllegalStateException if the calling thread runs no task
    public static <R> Wait<R> cancellable(Object purpose) {
        StackRoom.require(); // for all steps until the wait has ended
        return new Wait<>(Task.current("Wait.cancellable"), purpose, true);
    }

    /// Returns a wait that no cancellation ends, for operations that have to be awaited in any case. The
    /// cancellation shows at the task's next checkpoint. The caller has to be sure that the wait ends.
    ///
    /// @param purpose the thing that the task waits for; its `toString` is shown in the task tree and in
    ///     thread dumps
    /// @throws IllegalStateException if the calling thread runs no task
    public static <R> Wait<R> uncancellable(Object purpose) {
        StackRoom.requireToFinish();
        return new Wait<>(Task.current("Wait.uncancellable"), purpose, false);
    }

    /// Makes sure that the stack does not end in the steps that follow, which belong together: such as taking
    /// an item and waking the task that waits for its place. To be called before the first of them, holding
    /// no lock, by an operation that gives its caller something to give back, or that others rely on.
    /// [#cancellable] does the same.
    ///
    /// @throws StackOverflowError if too little is left
    public static void requireStack() {
        StackRoom.require();
    }

    /// Makes sure of the stack, like [#requireStack()], for steps that end what was begun: such as giving
    /// something back. They need less; so if a block could be begun, this throws nothing at its end.
    /// [#uncancellable] does the same.
    ///
    /// @throws StackOverflowError if too little is left
    public static void requireStackToFinish() {
        StackRoom.requireToFinish();
    }

    /// Returns the exception for an operation that would wait in vain, for primitives that know this before
    /// they wait; see also [#breakOff].
    ///
    /// @param purpose the thing that the operation would wait for; its `toString` is shown
    /// @param why the side that is gone, in words
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
        StackRoom.requireToFinish();
        return finish(result);
    }

    /// Does the same as [#complete], for callers that have made sure of their stack.
    final boolean finish(R result) {
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

    /// Returns true if the wait has been decided. **Thread-safe.**
    public final boolean isDecided() {
        return outcome != null;
    }

    /// Ends the wait because it is in vain. **Wakes** the task. **Thread-safe.** Not to be called while
    /// holding a lock.
    ///
    /// @param why the side that is gone, in words
    /// @return false if it had been decided already
    public final boolean breakOff(String why) {
        return breakOff(purpose, why);
    }

    /// Does not fail for lack of space, since other waits may have to be broken off after this one.
    final boolean breakOff(Object of, String why) {
        task.racePoint("wait is broken off");
        if (!OUTCOME.compareAndSet(this, null, vain(of, why))) return false;
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
    /// @throws IllegalStateException if another task made this wait, or a cancellation has ended it before
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
    /// @throws IllegalStateException if another task made this wait, or a cancellation has ended it before
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

    /// Takes back the cancellation that [#await()] has thrown, for an operation that has happened all the
    /// same: it returns its result or throws its failure, and the cancellation shows at the task's next
    /// checkpoint. Without this, the task would count as having
    /// [swallowed][Instrument#cancellationSwallowed] it. Does nothing if `await` has thrown none. **Owner
    /// only. Not a checkpoint.**
    public final void takeBackCancelled() {
        if (outcome instanceof Aborted aborted && aborted.thrown != null) {
            task.unwinding().takenBack(aborted.thrown, aborted.before);
        }
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

    /// The task goes on whatever the machine throws. If an interrupt is due and cannot be sent, the task
    /// notices at its next checkpoint.
    private void leave() {
        try {
            task.gate().leave(this);
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

    /// The machine failed. That is one more decision, and the first decision stands. A wait that is not
    /// cancellable goes on.
    private void giveUp(Throwable thrown) {
        if (error == null) error = thrown;
        if (cancellable) OUTCOME.compareAndSet(this, null, GivenUp.INSTANCE);
    }

    /// Returns the purpose.
    final Object purpose() {
        return purpose;
    }

    /// Returns the reason why the task was cancelled while it waited, if the wait is not cancellable; null if
    /// it was not.
    @Nullable
    final CancelReason abortedBy() {
        return abortedBy;
    }

    /// Returns the throwable for a wait that was not completed. Throws it if it is an error of the machine.
    final RuntimeException failure() {
        switch (outcome) {
            case Broken(BrokenException exception) -> {
                // The code that broke the wait may have done so because of a cancellation, which the task has
                // to see too.
                task.checkCancelled();
                throw exception;
            }
            case Unsaid _ -> {
                task.checkCancelled();
                throw broken(purpose, "there was no space to tell why", null);
            }
            case Aborted aborted -> {
                aborted.before = task.inFlight();
                aborted.thrown = task.thrown(new Cancelled(aborted.reason));
                throw aborted.thrown;
            }
            case GivenUp _ -> throw Rethrow.unchecked(Objects.requireNonNull(error));
            case null, default -> throw new IllegalStateException("this wait did not fail");
        }
    }

    @Override
    public String toString() {
        return "Wait[" + Words.of(purpose) + " by " + task.path() + "]";
    }
}
