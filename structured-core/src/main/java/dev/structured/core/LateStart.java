package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A task that a nursery starts at a point in time, unless the start is taken back before.
///
/// ```java
/// Task<Reply> first = nursery.startSoon("first", () -> call(a));
/// LateStart<Reply> second = nursery.startAfter(Duration.ofMillis(50), "second", () -> call(b));
/// try {
///     return first.await();
/// } finally {
///     second.tryTakeBack();
/// }
/// ```
///
/// ```
///   PENDING ── its time comes ────────────▶ STARTED    a task of the nursery like any other: task()
///      ├────── tryTakeBack() ─────────────▶ DROPPED    the task never exists
///      └────── the nursery is cancelled ──▶ DROPPED
/// ```
///
/// While it is pending it is one entry among the deadlines of the scheduler: there is no task, no thread and
/// no scope. Of the three transitions the first wins, by one compare-and-set.
///
/// A pending late start keeps its nursery open, as a child that sleeps first would. So take it back once the
/// block no longer needs it. **Thread-safe.**
///
/// @param <T> the value that the task ends with
/// @see Nursery#startAfter(java.time.Duration, String, ValueBody)
public final class LateStart<T extends @Nullable Object> {
    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(LateStart.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The state of a late start that never becomes a task.
    private static final Object DROPPED = "dropped";

    private final TaskGroup group;
    private final String name;
    private final Locals locals;
    private final ValueBody<T, ?> code;
    private final Deadlines.Entry due = new Due();
    /// The class loader of the thread that asked for the start. The alarm's thread, which starts the task,
    /// has another.
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    /// Null while pending, then the task or DROPPED.
    private volatile @Nullable Object outcome;

    /// The place among the late starts of its nursery. Guarded by the nursery's lock.
    int index;

    /// @param locals the task-locals that the task begins with
    LateStart(TaskGroup group, String name, Locals locals, ValueBody<T, ?> code) {
        this.group = group;
        this.name = Objects.requireNonNull(name, "name");
        this.locals = locals;
        this.code = code;
    }

    /// Schedules the start, which is in the nursery's list by now.
    ///
    /// @param at in the scheduler's nanoseconds
    void schedule(long at) {
        group.owner().racePoint("late start is scheduled");
        group.owner().deadlines().set(due, at);
        group.owner().racePoint("late start has been scheduled");
        dropIfCancelled();
    }

    /// Takes the start back if it is pending. **Not a checkpoint.**
    ///
    /// @return true if the task has not been started and never will be; false if it has been started
    public boolean tryTakeBack() {
        StackRoom.require();
        group.owner().racePoint("late start is taken back");
        drop(null);
        return outcome == DROPPED;
    }

    /// Returns true until the task is started, or the start is taken back or dropped.
    public boolean isPending() {
        return outcome == null;
    }

    /// Returns the task; null while the start is pending, and for ever if it was taken back or dropped.
    @SuppressWarnings("unchecked") // only start() writes a task
    public @Nullable Task<T> task() {
        return outcome instanceof Task<?> task ? (Task<T>) task : null;
    }

    /// Returns the name that the task has, or would have had.
    public String name() {
        return name;
    }

    /// Drops the start if the nursery is cancelled.
    void dropIfCancelled() {
        CancelReason reason = CancelLookup.reason(group.scope());
        if (reason != null) drop(reason);
    }

    /// @param reason why the nursery is cancelled; null if this is taken back
    void drop(@Nullable CancelReason reason) {
        if (!OUTCOME.compareAndSet(this, null, DROPPED)) return;
        group.owner().racePoint("late start has been dropped");
        group.owner().deadlines().close(due);
        group.forget(this, reason);
    }

    /// Its time has come. Called on the thread on which the alarm rings.
    private void start() {
        dropIfCancelled();
        if (outcome != null) return;
        Task<T> task = new Task<>(name, group, group.scope(), locals, this::call, null);
        group.owner().racePoint("late start is due");
        if (!OUTCOME.compareAndSet(this, null, task)) return;
        group.owner().racePoint("late start has begun");
        group.launch(this, task);
    }

    private T call() throws Exception {
        Thread.currentThread().setContextClassLoader(loader);
        return code.call();
    }

    /// The entry among the deadlines.
    private final class Due extends Deadlines.Entry {
        Due() {
            super(false);
        }

        @Override
        void expire() {
            start();
        }

        @Override
        public String toString() {
            return "the late start of '" + name + "'";
        }
    }

    @Override
    public String toString() {
        Object known = outcome;
        String state = known == null ? "PENDING" : known == DROPPED ? "DROPPED" : "STARTED";
        return "LateStart[" + name + " " + state + "]";
    }
}
