package dev.structured.core.interop;

import dev.structured.core.CancelReason;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Instrument;
import dev.structured.core.Platform;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.core.Wait;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/// One piece of work on a worker thread, and the task that waits for it: its host.
///
/// ```
///              the body ends         its permit is back
///   WORKING ─────────────────▶ WORKED ───────────────▶ ENDED      the host takes the result
///      │                         │                       │
///      └──── the host leaves ────┴───────────────────────┘        it does not: LEFT beside any of them
/// ```
///
/// Invariants, all under the lock:
/// 1. The worker is interrupted only while WORKING, so no interrupt of ours reaches the thread's next work.
/// 2. The host waits in one wait after the other. `host` is the wait that it is in or about to enter. A
///    thread that has something for the host takes this wait away and decides it. If a cancellation came
///    first, the host looks for itself.
/// 3. The two sides set ENDED and LEFT, and the second of them knows that the result is dropped.
///
/// The permit is given back on the worker thread, in WORKED: it belongs to the work of the thread, and not to
/// the task.
final class Work<T extends @Nullable Object> implements Runnable {
    private enum State {
        WORKING, WORKED, ENDED
    }

    /// More than the stack has between [Workers] and the deepest wait of a host.
    private static final int FRAMES = 300;

    private final Workers workers;
    private final OnCancel policy;
    /// Stops the work in place of an interrupt; null if there is none.
    private final @Nullable Canceller canceller;
    private final ValueBody<T, ?> body;
    private final Scheduler scheduler = Scheduler.current();
    private final Platform platform = scheduler.platform();
    private final Task<?> task = Task.current();
    /// Open until the work ends, if the task's wait could be taken for a deadlock; otherwise null.
    private final @Nullable RunEntry entry;

    private final Object lock = new Object();
    /// All guarded by the lock, down to `told`.
    private State state = State.WORKING;
    private boolean left;
    private @Nullable Wait<Work<T>> host;
    private @Nullable HostCode<?> asked;
    private @Nullable Thread worker;
    private @Nullable T value;
    private @Nullable Throwable thrown;

    /// True between two calls of the canceller. The host's own.
    private boolean pausing;
    /// The first error that the machine threw while the host waited; null if there was none. The host's own.
    private @Nullable VirtualMachineError error;
    /// The exception that was thrown into the host while it waited; null if there was none. Written under the
    /// lock.
    private volatile @Nullable Cancelled told;
    /// The wait that threw it. The host's own.
    private @Nullable Wait<Work<T>> toldBy;
    /// True if the work got it too, from [#throwIfCancelled].
    private volatile boolean thrownIntoWork;

    /// The calling task is its host.
    Work(Workers workers, OnCancel policy, @Nullable Canceller canceller, ValueBody<T, ?> body) {
        this.workers = workers;
        this.policy = policy;
        this.canceller = canceller;
        this.body = scheduler.propagating(body);
        this.entry = ForeignEntry.open(scheduler);
    }

    /* --- The host --- */

    /// Makes sure of the stack for all waits until the work has ended: the host must not leave before. Each
    /// wait looks for itself, some frames further down, so this looks even further down. How far is an
    /// estimate. A host without the stack for a wait does not leave either: it polls.
    ///
    /// @throws StackOverflowError if there is too little
    static void requireStack() {
        requireStackBelow(FRAMES);
    }

    private static void requireStackBelow(int frames) {
        if (frames > 0) requireStackBelow(frames - 1);
        else
            Wait.requireStack();
    }

    /// Waits for the permit. If the task is cancelled while it waits, nothing has begun.
    void awaitPermit() {
        boolean acquired = false;
        try {
            workers.limit().acquire(this);
            acquired = true;
        } finally {
            if (!acquired) closeEntry();
        }
    }

    /// Starts the thread, and waits as long as the policy says.
    T perform() {
        boolean started = false;
        workers.started();
        try {
            platform.startForeign(workers.name() + ": " + task.name(), this);
            started = true;
        } catch (Throwable failure) {
            Throwable all = released(failure);
            throw Rethrow.unchecked(all == null ? failure : all);
        } finally {
            if (!started) {
                workers.ended(false);
                closeEntry();
            }
        }
        awaitEnd();
        return result();
    }

    /// Handles the next event, for which this waits if there is none. What has happened already is handled
    /// before a wait is made, which may fail: then [#awaitEnd] looks for events again and again.
    ///
    /// @return false if the work has ended
    private boolean awaitOnce() {
        HostCode<?> code;
        synchronized (lock) {
            if (state == State.ENDED) return false;
            code = asked;
            asked = null;
        }
        if (code != null) {
            code.run();
            return true;
        }
        Wait<Work<T>> wait = nextWait();
        synchronized (lock) {
            if (state == State.ENDED || asked != null) return true;
            host = wait;
        }
        try {
            wait.await();
        } catch (Cancelled cancelled) {
            tell(cancelled, wait);
            if (pausing) throw cancelled; // the end of the pause
            if (policy == OnCancel.ABANDON) leave(cancelled);
            if (canceller == null) interruptWorker();
            else
                stopBy(canceller);
        }
        return true;
    }

    private void stopBy(Canceller canceller) {
        while (!hasEnded()) {
            try {
                canceller.callUntil(this::hasEnded, this::pause);
            } catch (VirtualMachineError thrown) {
                failed(thrown);
            }
        }
    }

    private Wait<Work<T>> nextWait() {
        boolean cancellable = policy != OnCancel.WAIT && (told == null || pausing);
        return cancellable ? Wait.cancellable(this) : Wait.uncancellable(this);
    }

    private void tell(Cancelled cancelled, Wait<Work<T>> by) {
        synchronized (lock) {
            host = null;
            if (told != null) return;
            told = cancelled;
            toldBy = by;
        }
    }

    private void interruptWorker() {
        synchronized (lock) {
            if (worker != null) platform.interrupt(worker);
        }
    }

    /// Returns true if the body has ended.
    private boolean hasEnded() {
        synchronized (lock) {
            return state != State.WORKING;
        }
    }

    /// Waits for the end between two calls of the canceller, until the pause is over.
    private void pause() {
        pausing = true;
        try {
            awaitEnd();
        } finally {
            pausing = false;
        }
    }

    /// Waits on whatever the machine throws: the thread works on.
    private void awaitEnd() {
        boolean mayGoOn = true;
        while (mayGoOn) {
            try {
                mayGoOn = awaitOnce();
            } catch (VirtualMachineError thrown) {
                failed(thrown);
            }
        }
    }

    /// The machine has failed. There may be more space in a moment.
    private void failed(VirtualMachineError thrown) {
        if (error == null) error = thrown;
        platform.yieldNow();
    }

    private void leave(Cancelled cancelled) {
        HostGoneException refusal = new HostGoneException(toString()); // made before it is needed
        HostCode<?> refused;
        boolean late;
        synchronized (lock) {
            left = true;
            refused = asked;
            asked = null;
            late = state == State.ENDED;
            if (state == State.WORKING) workers.abandoned();
        }
        if (refused != null) refused.refuse(refusal);
        if (late) tellLate();
        throw cancelled;
    }

    @SuppressWarnings("NullAway") // the body's own value: null only where T allows it
    private T result() {
        if (error != null) Instrument.reportDropped(error);
        Throwable failure = failure();
        // The work has ended by itself. If it got the cancellation, it has swallowed it.
        if (toldBy != null && failure != told && !thrownIntoWork) toldBy.takeBackCancelled();
        Throwable ofCanceller = canceller == null ? null : canceller.failure();
        if (ofCanceller != null && failure == null) Instrument.reportDropped(ofCanceller);
        if (failure == null) return value;
        if (ofCanceller != null) Instrument.suppressOrReport(failure, ofCanceller);
        throw Rethrow.unchecked(failure);
    }

    /// Returns what is to be thrown; null if the body has returned its value.
    private @Nullable Throwable failure() {
        Throwable failure = thrown;
        Cancelled cancelled = told;
        if (failure == null || cancelled == null || failure == cancelled || !isStop(failure)) return failure;
        if (canceller == null) cancelled.addSuppressed(failure);
        else
            workers.stopped(this, failure);
        return cancelled;
    }

    /// Returns true if this is how the work ends when it is stopped.
    private boolean isStop(Throwable failure) {
        if (canceller == null) return isInterrupt(failure);
        return canceller.wasCalled() && failure instanceof Exception;
    }

    /// Recognises the usual exceptions, and the end of a run that the interrupt cancelled. The kernel finds
    /// others.
    private static boolean isInterrupt(Throwable failure) {
        return failure instanceof InterruptedException || failure instanceof ClosedByInterruptException
                || (failure instanceof ScopeCancelledException end
                        && end.reason().source() == CancelReason.Source.INTERRUPTED);
    }

    /* --- The worker --- */

    @Override
    @SuppressWarnings("SwallowedCancelled") // handed to the task
    public void run() {
        T result = null;
        Throwable failure = null;
        begin();
        try {
            Cancelled before = told;
            // A canceller could not stop work that has not begun.
            if (canceller != null && before != null) throw before;
            result = Blocking.runIn(this, body);
        } catch (Throwable t) {
            failure = t;
        }
        stopInterrupts();
        end(result, released(failure));
    }

    private void begin() {
        synchronized (lock) {
            worker = Thread.currentThread();
            if (told != null && !left && canceller == null) platform.interrupt(worker);
        }
    }

    private void stopInterrupts() {
        synchronized (lock) {
            worker = null;
            state = State.WORKED;
            workers.ended(left);
        }
        Thread.interrupted();
        platform.racePoint("work is done");
    }

    /// Gives the permit back.
    ///
    /// @return the outcome of the work after that
    @SuppressWarnings("SwallowedCancelled") // handed to the task
    private @Nullable Throwable released(@Nullable Throwable failure) {
        try {
            workers.limit().release(this);
            return failure;
        } catch (Throwable refusal) {
            if (failure != null) Instrument.suppressOrReport(refusal, failure);
            return refusal;
        }
    }

    private void end(@Nullable T result, @Nullable Throwable failure) {
        platform.racePoint("permit is back");
        closeEntry();
        Wait<Work<T>> waiting;
        boolean late;
        synchronized (lock) {
            value = result;
            thrown = failure;
            state = State.ENDED;
            late = left;
            waiting = takeHost();
        }
        if (waiting != null) waiting.wake();
        if (late) tellLate();
    }

    /// Returns the host's wait, decided; null if it is in none, or is cancelled already. Holding the lock.
    private @Nullable Wait<Work<T>> takeHost() {
        Wait<Work<T>> waiting = host;
        host = null;
        return waiting != null && waiting.decide(this) ? waiting : null;
    }

    private void closeEntry() {
        if (entry != null) entry.close();
    }

    /// Reports that no task waits for the result.
    private void tellLate() {
        Throwable failure = thrown;
        if (failure != null && !(failure instanceof Cancelled) && !isInterrupt(failure)) {
            workers.lateError(this, failure);
        }
    }

    /* --- From the worker to the host --- */

    <R extends @Nullable Object> R inHost(ValueBody<R, ?> code) {
        HostCode<R> posted = new HostCode<>(code, platform);
        Wait<Work<T>> waiting;
        synchronized (lock) {
            if (left) throw new HostGoneException(toString());
            asked = posted;
            waiting = takeHost();
        }
        if (waiting != null) waiting.wake();
        return posted.await();
    }

    void throwIfCancelled() {
        Cancelled cancelled = told;
        if (cancelled != null) {
            thrownIntoWork = true;
            throw cancelled;
        }
        // A wait that is not cancellable does not show that the task is cancelled, so the host has to check.
        if (policy == OnCancel.WAIT) {
            inHost(() -> {
                Checkpoints.checkCancelled();
                return this;
            });
        }
    }

    @Override
    public String toString() {
        return "work of task '" + task.path() + "' on a thread of '" + workers.name() + "'";
    }
}
