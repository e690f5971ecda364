package dev.structured.core.interop;

import dev.structured.core.Body;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Platform;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import dev.structured.core.ValueBody;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An entrance into a nursery for threads that run no task: they have code run in it as a task, and get its
/// value.
///
/// ```java
/// Nursery.run(nursery -> {
///     try (Portal portal = Portal.open(nursery)) {
///         // called on the server's threads
///         server.onRequest(request -> portal.run(() -> handle(request)));
///         Checkpoints.sleepForever();
///     }
/// });
/// ```
///
/// Each call is a task of its own. If its code fails, only the call throws its exception: the caller handles
/// the failure, and the nursery goes on. A [dev.structured.core.Propagator] runs before that code: its
/// exception is a failure of the nursery too. When the nursery is cancelled, so are the calls. The tasks
/// begin with the [task-locals][dev.structured.core.TaskLocal] of the task that has opened the portal.
///
/// While it is open the nursery waits for it as for a task, and it is no deadlock if all tasks wait.
/// **Thread-safe.**
public final class Portal implements AutoCloseable {
    /*
     *   OPEN ── close() ──▶ CLOSED      what has been accepted is still started; then the keeper ends
     *     └──── the keeper is cancelled ──▶ CANCELLED      what was accepted and not started is cancelled
     *
     * The keeper is a task of the nursery. It takes the calls out of the queue, first come first served, and
     * starts a task for each. The lock guards the state, the queue and the keeper's wait; a thread that adds
     * a call takes the wait away and decides it. Each call in the queue is started or refused, because the
     * keeper checks the queue once more after the state has changed.
     */
    private enum State {
        OPEN, CLOSED, CANCELLED
    }

    private final Nursery nursery;
    private final Platform platform;
    private final RunEntry entry;
    private final AtomicInteger running = new AtomicInteger();

    private final Object lock = new Object();
    /// All guarded by the lock.
    private State state = State.OPEN;
    private final WaitQueue<PortalCall<?>> queue = new WaitQueue<>();
    private @Nullable Wait<Portal> keeper;

    private Portal(Nursery nursery, RunEntry entry) {
        this.nursery = nursery;
        this.platform = Scheduler.current().platform();
        this.entry = entry;
    }

    /// Returns a portal into the nursery. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the nursery is closed, or the caller is not a task of its run
    public static Portal open(Nursery nursery) {
        RunEntry entry = RunEntry.open();
        boolean opened = false;
        try {
            Portal portal = new Portal(nursery, entry);
            nursery.startSoon("portal", portal::keep);
            opened = true;
            return portal;
        } finally {
            if (!opened) entry.close();
        }
    }

    /* --- Calls, on foreign threads --- */

    /// Has the body run as a task of the nursery, waits for the task's end, and returns its value. Blocks the
    /// calling thread, which must run no task.
    ///
    /// @throws X if the body throws it
    /// @throws InterruptedException if the calling thread is interrupted; the task has been cancelled, and
    ///     has ended. If it has ended with a value all the same, that is returned, and the flag is set
    /// @throws CancellationException if the task was cancelled from inside the run, or could not be started
    ///     since the nursery is cancelled
    /// @throws dev.structured.core.RunFinishedException if the run has ended
    /// @throws IllegalStateException if the portal is closed, or the calling thread runs a task
    public <T extends @Nullable Object, X extends Exception> T call(ValueBody<T, X> body)
            throws X, InterruptedException {
        if (Scheduler.currentOrNull() != null) {
            throw new IllegalStateException("Portal.call blocks its thread, and '"
                    + Thread.currentThread().getName()
                    + "' runs a task. Use Futures.await(portal.submit(...)), "
                    + "which a task of any run may do.");
        }
        Wait.requireStack(); // for the wait, too: a call that was accepted is awaited
        PortalCall<T> call = new PortalCall<>(this, body);
        platform.adopt();
        try {
            accept(call);
            return call.await();
        } finally {
            platform.release();
        }
    }

    /// Has the body run as a task of the nursery, and waits for the task's end. Blocks like [#call].
    ///
    /// @throws X if the body throws it
    /// @throws InterruptedException if the calling thread is interrupted; the task has been cancelled, and
    ///     has ended
    /// @throws CancellationException if the task was cancelled from inside the run, or could not be started
    ///     since the nursery is cancelled
    /// @throws dev.structured.core.RunFinishedException if the run has ended
    /// @throws IllegalStateException if the portal is closed, or the calling thread runs a task
    public <X extends Exception> void run(Body<X> body) throws X, InterruptedException {
        this.<@Nullable Void, X>call(() -> {
            body.run();
            return null;
        });
    }

    /// Has the body run as a task of the nursery, and returns a future with its value or its failure. Does
    /// not block. May be called by any thread, also by a task, of this run or of another, which waits with
    /// [Futures#await].
    ///
    /// Cancelling the future, or completing it in any other way, cancels the task; the nursery waits for its
    /// end. If the task then fails, [dev.structured.core.Instrument#errorDropped] is called with its
    /// exception. Code that depends on the future may run in the task.
    ///
    /// @throws CancellationException if the nursery is cancelled
    /// @throws dev.structured.core.RunFinishedException if the run has ended
    /// @throws IllegalStateException if the portal is closed
    public <T extends @Nullable Object> CompletableFuture<T> submit(ValueBody<T, ?> body) {
        Wait.requireStack();
        PortalCall<T> call = new PortalCall<>(this, body);
        accept(call);
        return call.asFuture();
    }

    /// Has the body run as a task of the nursery, and returns a future of its end, like [#submit(ValueBody)].
    ///
    /// @throws CancellationException if the nursery is cancelled
    /// @throws dev.structured.core.RunFinishedException if the run has ended
    /// @throws IllegalStateException if the portal is closed
    public CompletableFuture<@Nullable Void> submit(Body<?> body) {
        return this.<@Nullable Void>submit(() -> {
            body.run();
            return null;
        });
    }

    private void accept(PortalCall<?> call) {
        Wait<Portal> waiting = null;
        State now;
        synchronized (lock) {
            now = state;
            if (now == State.OPEN) {
                queue.add(call);
                waiting = takeKeeper();
            }
        }
        if (now != State.OPEN) throw refusal(now);
        if (waiting != null) waiting.wake();
    }

    private RuntimeException refusal(State why) {
        if (why == State.CANCELLED) {
            entry.post(() -> {}); // says so if the run has ended
            return new CancellationException("Nursery '" + nursery.name() + "' of this portal is cancelled");
        }
        return new IllegalStateException("This portal into nursery '" + nursery.name()
                + "' is closed and accepts no more calls");
    }

    /// Returns the keeper's wait, decided; null if it does not wait. Holding the lock.
    private @Nullable Wait<Portal> takeKeeper() {
        Wait<Portal> waiting = keeper;
        keeper = null;
        return waiting != null && waiting.decide(this) ? waiting : null;
    }

    /* --- The keeper, a task --- */

    private void keep() {
        try {
            for (PortalCall<?> next = next(); next != null; next = next()) next.start(nursery);
        } finally {
            refuseTheRest();
        }
    }

    /// Waits for the next call. Returns null if there will be none.
    private @Nullable PortalCall<?> next() {
        while (true) {
            Checkpoints.checkCancelled();
            Wait<Portal> wait = Wait.cancellable(this);
            synchronized (lock) {
                if (!queue.isEmpty()) return queue.poll();
                if (state != State.OPEN) return null;
                keeper = wait;
            }
            wait.await();
        }
    }

    private void refuseTheRest() {
        synchronized (lock) {
            if (state == State.OPEN) state = State.CANCELLED;
            keeper = null;
        }
        for (PortalCall<?> call = poll(); call != null; call = poll()) call.isNotStarted(nursery);
    }

    private @Nullable PortalCall<?> poll() {
        synchronized (lock) {
            return queue.poll();
        }
    }

    /* --- Closing --- */

    /// Accepts no more calls. Those that were accepted are still run, and the nursery waits for them. **Not a
    /// checkpoint.**
    @Override
    public void close() {
        Wait.requireStackToFinish();
        Wait<Portal> waiting;
        synchronized (lock) {
            if (state == State.OPEN) state = State.CLOSED;
            waiting = takeKeeper();
        }
        if (waiting != null) waiting.wake();
        entry.close();
    }

    /// The statistics of a portal at one moment.
    ///
    /// @param waiting the number of calls that were accepted and have no task yet
    /// @param running the number of calls that have a task
    /// @param open whether it accepts calls
    public record Statistics(int waiting, int running, boolean open) {}

    /// Returns its statistics.
    public Statistics statistics() {
        synchronized (lock) {
            return new Statistics(queue.size(), running.get(), state == State.OPEN);
        }
    }

    Platform platform() {
        return platform;
    }

    AtomicInteger running() {
        return running;
    }

    @Override
    public String toString() {
        return "the calls of a portal into nursery '" + nursery.name() + "'";
    }
}
