package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A unit of work with one outcome, on a thread of its own, which ends before the nursery that it was started
/// in.
///
/// ```
///   RUNNING ──▶ SUCCEEDED    its code returned a value
///           ──▶ FAILED       its code threw
///           ──▶ CANCELLED    a cancellation stopped its code
/// ```
///
/// @param <T> the value it ends with
public final class Task<T extends @Nullable Object> extends RunningTask implements Completion {

    /// The states of a task's life.
    public enum State {
        /// Not ended yet, whether or not it has begun.
        RUNNING,
        /// Ended with a value.
        SUCCEEDED,
        /// Ended with a failure, which its nursery has.
        FAILED,
        /// Stopped by a cancellation.
        CANCELLED
    }

    /// The most names in a path, which is in many messages and reasons: those of a deep tree would take space
    /// and time in the square of its depth.
    private static final int MOST_NAMES = 64;

    private static final VarHandle AWAITERS;

    static {
        try {
            AWAITERS = MethodHandles.lookup().findVarHandle(Task.class, "awaiters", ParkingLot.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final InterruptGate gate;

    /// The value or the failure, written before the state.
    private @Nullable Object outcome;
    /// Null while it is RUNNING.
    private volatile @Nullable State state;
    /// The time at which it began, or was first looked at: see [#stamp()]. In the scheduler's nanoseconds,
    /// complemented; zero if no thread has looked yet.
    private volatile long startedAt;
    private volatile @Nullable ParkingLot awaiters;
    /// Both are made when first needed, while holding this object's lock; null until then.
    private volatile @Nullable CompletionHooks endHooks;
    private volatile @Nullable TaskNotes notes;

    /// All fields from here on are owner only.
    private Locals locals;
    private RecorderEvents.@Nullable TaskEvent event;

    /// The root of a new run.
    Task(Scheduler scheduler, String name) {
        super(scheduler, name);
        this.locals = Locals.NONE;
        this.gate = new InterruptGate(this);
    }

    /// A task of a nursery, which is to run `code`.
    ///
    /// @param starting is told when the task is ready; null if nothing waits for that
    Task(String name, TaskGroup group, CancelScope base, Locals locals, ValueBody<T, ?> code,
            @Nullable PendingStart<?> starting) {
        super(name, group.owner(), base);
        this.locals = locals;
        this.gate = new ChildThread<>(this, group, code, starting);
    }

    /// Returns the task that the calling thread runs, or null if it runs none.
    static @Nullable Task<?> currentOrNull() {
        return TaskLookup.currentOrNull();
    }

    /// Returns the task that the calling thread runs.
    ///
    /// @param operation needs a task; for the message
    /// @throws IllegalStateException if the calling thread runs none
    static Task<?> current(String operation) {
        return TaskLookup.current(operation);
    }

    /// Returns the task that the calling thread runs.
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static Task<?> current() {
        return current("Task.current");
    }

    /// Returns the name given at its start.
    @Override
    public String name() {
        return super.name();
    }

    /// Returns its own name after those of the tasks that it is under, e.g. `GET /products/42/reviews`. If it
    /// is under more than 63 tasks, these are the last 64 names, after an ellipsis.
    public String path() {
        return path(MOST_NAMES);
    }

    /// Adds a note about this task for people who look at it from outside, e.g. `request`, `7f3a`. It is
    /// shown by [TaskTree], in the event of a flight recording, and after the thread's name in thread dumps
    /// and logs. A later note with the same key replaces the earlier one.
    ///
    /// A task keeps its latest eight notes, and the first 64 characters of each key and value; control
    /// characters become question marks. Notes are not inherited: the tree shows those of the tasks above.
    /// **Thread-safe**, but the thread's name changes only if the task itself calls this. The thread of a
    /// root gets its own name back at the end.
    public void note(String key, String value) {
        madeNotes().add(key, value, gate.thread() == Thread.currentThread() ? gate.thread() : null);
    }

    private synchronized TaskNotes madeNotes() {
        TaskNotes known = notes == null ? new TaskNotes() : notes;
        notes = known;
        return known;
    }

    /// Returns the [notes][#note] about it, the oldest note first. **Thread-safe.**
    public Map<String, String> notes() {
        TaskNotes known = notes;
        return known == null ? Map.of() : known.texts();
    }

    /// Returns the state of its life. **Thread-safe.**
    public State state() {
        State ended = state;
        return ended == null ? State.RUNNING : ended;
    }

    /// Returns true once it has ended, however it ended. **Thread-safe.**
    @Override
    public boolean isDone() {
        return state != null;
    }

    /// Cancels this task alone, and every task below it, like a [CancelScope] around its code. It stays
    /// cancelled; a second call changes nothing. Returns at once: [#awaitEnd()] waits for its end.
    /// **Thread-safe. Wakes** the task.
    ///
    /// Its nursery is not cancelled, and sees no failure: the task ends as [State#CANCELLED], and [#await()]
    /// throws a [ScopeCancelledException]. A task that fails on its way out, or already has its value or its
    /// failure, ends with that. A task that has not begun runs to its first checkpoint. Shielded code in the
    /// task is not reached. A task that is being [started][Nursery#start] makes `start` throw a
    /// [ScopeCancelledException]; the root of a run is cancelled with the whole run.
    public void cancel() {
        cancel("Task.cancel() was called");
    }

    /// Cancels this task alone, like [#cancel()].
    ///
    /// @param why the text of the reason
    public void cancel(String why) {
        OwnScope.cancel(this, why);
    }

    /// Waits until the task has ended, however it ended: [#state()] says how. **Checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task, or a task that this one
    ///     [encloses][#encloses]: neither would ever end
    public void awaitEnd() {
        awaitEnd(awaiter("Task.awaitEnd"));
    }

    /// Returns the calling task, which most often is the owner of the nursery.
    private Task<?> awaiter(String operation) {
        Task<?> above = parent();
        return above != null && above.gate().isOnThisThread() ? above : current(operation);
    }

    private void awaitEnd(Task<?> me) {
        if (isDone()) { // so it encloses nobody
            me.checkCancelled();
            me.schedulePoint();
        } else {
            if (encloses(me)) throw new IllegalStateException(neverEnds(me));
            awaiters().parkIf(() -> !isDone());
        }
    }

    /// Waits until the task has ended and returns its value. **Checkpoint.**
    ///
    /// Inside the nursery's block there is no failure to look for here: a task that fails cancels the block,
    /// so this throws [Cancelled], and the nursery throws the failure.
    ///
    /// @throws CompletionException if the task failed, with its failure as the cause, and the caller is not
    ///     itself cancelled by that: it is outside the nursery or in a shield
    /// @throws ScopeCancelledException if the task was stopped by a cancellation that does not reach the
    ///     caller
    /// @throws IllegalStateException if the calling thread runs no task, or a task that this one
    ///     [encloses][#encloses]: neither would ever end
    public T await() {
        Task<?> me = awaiter("Task.await");
        awaitEnd(me);
        // The cancellation that ended the task without a value may have reached the caller too, which then
        // has to notice it.
        if (state != State.SUCCEEDED) me.checkCancelled();
        return resultNow();
    }

    /// Returns the value of a task that has ended. **Thread-safe. Not a checkpoint.**
    ///
    /// @throws CompletionException if the task failed, with its failure as the cause
    /// @throws ScopeCancelledException if the task was stopped by a cancellation
    /// @throws IllegalStateException if the task has not ended
    // The value of a task that succeeded is null only where T allows it.
    @SuppressWarnings({"unchecked", "NullAway"})
    public T resultNow() {
        return switch (state()) {
            case SUCCEEDED -> (T) outcome;
            case FAILED -> throw new CompletionException("Task '" + path() + "' failed", (Throwable) outcome);
            case CANCELLED -> throw new ScopeCancelledException(
                    outcome instanceof Cancelled c ? c.reason() : unknownReason());
            case RUNNING -> throw new IllegalStateException("Task '" + path() + "' has not ended");
        };
    }

    /// Returns true if the other task is this one, is in a block of this one, however deep, or is being
    /// [started][Nursery#start] by such a task. The other task ends, or is ready, before this one ends, so it
    /// must not wait for this one's end. **Thread-safe.**
    public boolean encloses(Task<?> other) {
        for (Task<?> task = other; task != null; task = task.parent()) {
            if (task == this) return true;
            Task<?> starter = task.starter();
            if (starter != null && starter != task.parent()) return isAbove(other);
        }
        return false;
    }

    /// Looks along both ways up: to the task that opened the nursery, and to the one that waits for a start.
    private boolean isAbove(Task<?> other) {
        Set<Task<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Task<?>> rest = new ArrayDeque<>(List.of(other));
        while (!rest.isEmpty()) {
            Task<?> next = rest.removeFirst();
            if (next == this) return true;
            if (!seen.add(next)) continue;
            Task<?> above = next.parent();
            if (above != null) rest.addLast(above);
            Task<?> starter = next.starter();
            if (starter != null) rest.addLast(starter);
        }
        return false;
    }

    /// Returns the task that waits until this one is ready; null if there is none.
    private @Nullable Task<?> starter() {
        return gate instanceof ChildThread<?> child ? child.starter() : null;
    }

    private String neverEnds(Task<?> waiting) {
        if (waiting == this) return "Task '" + path() + "' waits for itself: it would never end";
        return "Task '" + waiting.path() + "' waits for '" + path()
                + "', which waits for it, at the end of a block or in Nursery.start: neither would ever end."
                + " Have the outer task"
                + " wait for the inner one, or pass what is needed by an Event or a channel.";
    }

    private CancelReason unknownReason() {
        return new CancelReason(CancelReason.Source.EXPLICIT, base().name(), "the task was stopped", null);
    }

    /// Has the hook run when the task has ended: on the task's thread, or at once on the calling thread if it
    /// has ended already. If two threads add hooks at about that moment, one of them may run both. For
    /// primitives that a task owns or feeds. **Thread-safe.**
    ///
    /// @param hook must be quick and must not block; its exceptions go to [Instrument#errorDropped]
    @Override
    public void addHook(Runnable hook) {
        // The hook is added before the state is read, and the state is written before the hooks are run: so
        // one of the two threads sees the other.
        endHooks().add(hook);
        racePoint("end hook is added");
        if (isDone()) runEndHooks();
    }

    /// Undoes one [#addHook] of an equal hook; does nothing if there is none. A hook that is about to run may
    /// still do so. **Thread-safe.**
    @Override
    public void removeHook(Runnable hook) {
        CompletionHooks hooks = endHooks;
        if (hooks != null) hooks.remove(hook);
    }

    private synchronized CompletionHooks endHooks() {
        CompletionHooks hooks = endHooks;
        if (hooks == null) {
            hooks = new CompletionHooks(thrown -> scheduler().instruments().errorDropped(this, thrown));
        }
        endHooks = hooks;
        return hooks;
    }

    /// The checkpoints of a task up to one moment. A checkpoint has two halves; some operations are only one
    /// of them.
    ///
    /// @param cancelPoints the number of times that it looked whether it is cancelled
    /// @param schedulePoints the number of times that it let other tasks run
    public record Statistics(long cancelPoints, long schedulePoints) {}

    /// Returns the statistics of the calling task. For tests that check which operations are checkpoints.
    ///
    /// @throws IllegalStateException if the calling thread does not run this task
    public Statistics statistics() {
        if (currentOrNull() != this) {
            throw new IllegalStateException("The statistics of task '" + path() + "' are for itself only");
        }
        return new Statistics(cancelPoints(), schedulePoints());
    }

    private ParkingLot awaiters() {
        ParkingLot lot = awaiters;
        if (lot != null) return lot;
        ParkingLot fresh = new ParkingLot(this);
        ParkingLot before = (ParkingLot) AWAITERS.compareAndExchange(this, null, fresh);
        return before == null ? fresh : before;
    }

    /// Returns the stack of its code, the innermost call first; empty if it has not begun or has ended, or if
    /// the JVM cannot provide it. **Thread-safe.** Takes some microseconds.
    public StackTraceElement[] stackTrace() {
        Thread thread = gate.thread();
        return thread == null || isDone() ? new StackTraceElement[0] : thread.getStackTrace();
    }

    /// Returns the time since it began, as [TaskTree.Entry] has it; null if it has not. **Thread-safe.**
    @Nullable
    Duration elapsed(long now) {
        if (gate.thread() == null && !isDone()) return null;
        if (startedAt == 0) startedAt = ~now;
        return Duration.ofNanos(Math.max(0, now - ~startedAt));
    }

    /// Reads the clock, if no thread has since the task began. Reading it costs as much as all else that the
    /// kernel does to begin a task. So a task without instruments reads it at its first wait, unless another
    /// thread asks for the time before. Two threads that do so at once write about the same value.
    void stamp() {
        if (startedAt == 0) startedAt = ~platform().nanoTime();
    }

    /// Returns the thing that it waits for, in words; null if it does not wait. **Thread-safe.**
    @Nullable
    String waitsFor() {
        Wait<?> wait = gate.pendingWait();
        return switch (wait == null ? null : wait.purpose()) {
            case null -> null;
            case TaskGroup group -> group.waitsFor();
            case Task<?> task -> "task '" + task.path() + "'";
            case Object other -> Words.of(other);
        };
    }

    /* --- The life of a task, called on its thread --- */

    /// The calling thread begins to run this task.
    void begin() {
        if (gate instanceof ChildThread<?> child) child.tie();
        else
            adopted();
        event = RecorderEvents.TaskEvent.begun();
        if (parent() == null || event != null || !scheduler().instruments().isEmpty()) stamp();
        gate.open();
        scheduler().instruments().taskStarted(this);
    }

    private void adopted() {
        TaskLookup.adopt(this);
        gate.claim();
    }

    /// The calling thread has run this task's code; `thrown` is the throwable that came out of it, if any,
    /// instead of a value.
    ///
    /// The outcome is published last. A failure has cancelled the siblings before: an awaiter among them is
    /// woken by the cancellation.
    void end(@Nullable T value, @Nullable Throwable thrown) {
        outcome = thrown == null ? value : thrown;
        racePoint("task ends");
        state = thrown == null
                ? State.SUCCEEDED
                : thrown instanceof Cancelled ? State.CANCELLED : State.FAILED;
        racePoint("task has ended");
        OwnScope.retire(this);
        try {
            ParkingLot lot = awaiters;
            if (lot != null) lot.unparkAll();
        } finally {
            tellEnd();
        }
    }

    private void tellEnd() {
        TaskNotes known = notes;
        if (parent() == null && known != null) known.restoreThreadName();
        runEndHooks();
        if (event != null && event.isWanted()) {
            event.write(path(), state().name(), known == null ? "" : known.text());
        }
        scheduler().instruments().taskEnded(this);
    }

    private void runEndHooks() {
        CompletionHooks hooks = endHooks;
        if (hooks != null) hooks.run();
    }

    /* --- Cancellation --- */

    /// The thread of this task was interrupted from outside. Cancels the run; the thread that was adopted for
    /// it gets its flag back at the end. **Thread-safe.**
    void interruptedFromOutside() {
        run().interruptedFromOutside(this);
    }

    /* --- Plumbing --- */

    Locals locals() {
        return locals;
    }

    void locals(Locals locals) {
        this.locals = locals;
    }

    /// Returns the code for the thread of this task, which is a nursery's.
    Runnable onItsThread() {
        return (ChildThread<?>) gate;
    }

    @Override
    InterruptGate gate() {
        return gate;
    }

    /// Returns the name of the nursery that the task is in; null for the root of a run.
    @Nullable
    String nurseryName() {
        return gate instanceof ChildThread<?> child ? child.group().name() : null;
    }

    @Override
    public String toString() {
        return "Task[" + path() + " " + state() + "]";
    }
}
