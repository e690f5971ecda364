package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A stretch of code that is cancelled as one.
///
/// ```java
/// CancelScope scope = CancelScope.create("search").timeout(Duration.ofMillis(300));
/// ScopeResult<List<Hit>> hits = scope.call(() -> index.search(words));
/// ```
///
/// [#cancel()], from any thread, or its deadline, cancels it. From then on every checkpoint inside it, and in every
/// task started in a nursery inside it, throws [Cancelled], and blocking code is interrupted. When the exception
/// reaches the scope's end the scope absorbs it, unless a scope further out is cancelled too: the outermost cancelled
/// scope that is visible gets it. A shielded scope is not reached by what is cancelled outside it.
///
/// A scope is used once, by one task.
public final class CancelScope {
    /*
     * NEW ── enter() ──▶ ACTIVE ── close() ──▶ EXITED
     *
     * Whether a task is cancelled is not stored anywhere: it is read off the scopes, from the innermost outwards,
     * until one is cancelled (then it is) or shielded (then it is not). So raising a shield un-cancels what is inside
     * at once, and swallowing Cancelled changes nothing.
     *
     * Order of writes, on which the walks of CancelTree rely:
     *   canceller: reason, then look for the tasks
     *   owner:     owner and innermost, then look at the reasons
     */
    private static final VarHandle REASON;

    static {
        try {
            REASON = MethodHandles.lookup().findVarHandle(CancelScope.class, "reason", CancelReason.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private enum State {
        NEW, ACTIVE, EXITED
    }

    private static final String DEFAULT_NAME = "scope";

    private final String name;
    /// Null until cancelled; the first reason stays. Set by compare-and-set.
    private volatile @Nullable CancelReason reason;
    private volatile boolean shielded;
    private volatile State state = State.NEW;

    /// In the scheduler's nanoseconds; [Deadlines#NEVER] when there is none. Guarded by this, as is the timer.
    private volatile long deadline = Deadlines.NEVER;
    /// In nanoseconds, before entry, when the deadline counts from there; else negative. Guarded by this.
    private long timeout = -1;
    private volatile @Nullable Timer timer;
    /// Guarded by this; made when a task has first been interrupted.
    private @Nullable Reminder reminder;
    /// True once this scope's own deadline has tried to be its first reason.
    private volatile boolean expired;

    /// All three set at entry. The nursery is the one whose block this scope is; null if it is not one's.
    private volatile @Nullable CancelScope parent;
    private volatile @Nullable Task<?> owner;
    private @Nullable Nursery nursery;
    private long enteredAt;
    /// True once it has been a shield, whoever raised it: its end then has to look at what is outside.
    private volatile boolean everShielded;
    private volatile boolean caught;

    CancelScope(String name) {
        this.name = name;
    }

    /// Returns a new scope without a deadline, named `scope`.
    public static CancelScope create() {
        return new CancelScope(DEFAULT_NAME);
    }

    /// Returns a new scope without a deadline.
    ///
    /// @param name shown in messages and reasons
    public static CancelScope create(String name) {
        return new CancelScope(name);
    }

    /* --- Running code in it --- */

    /// Runs the body on the calling thread, and returns when it has ended or was cut short. **Owner only**, once.
    ///
    /// Whether it was cut short is [#cancelledCaught()].
    ///
    /// @throws X what the body throws
    /// @throws IllegalStateException if the calling thread runs no task, or the scope was used before
    public <X extends Exception> void run(Body<X> body) throws X {
        call(() -> {
            body.run();
            return null;
        });
    }

    /// Runs the body on the calling thread and returns its value, or that it was cut short. **Owner only**, once.
    ///
    /// @throws X what the body throws
    /// @throws IllegalStateException if the calling thread runs no task, or the scope was used before
    public <T extends @Nullable Object, X extends Exception> ScopeResult<T> call(ValueBody<T, X> body)
            throws X {
        Task<?> task = Task.current("A cancel scope");
        enter(task);
        T value;
        try {
            value = body.call();
        } catch (Throwable thrown) {
            Throwable rest = close(task, thrown);
            if (rest == thrown) throw thrown;
            if (rest != null) throw unchecked(rest);
            return new ScopeResult.Cancelled<>(requireReason());
        }
        close(task, null);
        return new ScopeResult.Completed<>(value);
    }

    /// Begins the scope on the calling task.
    void enter(Task<?> task) {
        begin(task, task.innermost());
        RacePoint.at(task, "scope is entered");
        task.innermost(this);
        RacePoint.at(task, "scope has been entered");
        startTimer(task, enteredAt);
        if (everShielded || reason != null) task.gate().settle();
    }

    /// Begins the scope as the outermost of a run.
    void enterAsRoot(Task<?> root) {
        begin(root, null);
    }

    /// What others look for in an ACTIVE scope is there before it is one.
    private synchronized void begin(Task<?> task, @Nullable CancelScope outer) {
        if (state != State.NEW) {
            throw new IllegalStateException(
                    "Scope '" + name + "' was entered before; a scope is used once. Create a"
                            + " new one for task '" + task.path() + "'.");
        }
        enteredAt = task.platform().nanoTime();
        if (timeout >= 0) deadline = Deadlines.after(enteredAt, timeout);
        parent = outer;
        owner = task;
        state = State.ACTIVE;
    }

    /// Ends the scope, and decides what becomes of the throwable that reached its end.
    ///
    /// @param thrown what came out of the body; null when it ended normally
    /// @return what is to be thrown on; null when nothing is left
    @Nullable
    Throwable close(Task<?> task, @Nullable Throwable thrown) {
        return closeClassified(task, thrown == null ? null : task.classify(thrown));
    }

    /// Ends the scope, like [#close], for a throwable that has been told from a failure already. What was a failure
    /// when it was thrown stays one, even if it has caused a cancellation since.
    @Nullable
    Throwable closeClassified(Task<?> task, @Nullable Throwable rest) {
        RacePoint.at(task, "scope closes");
        boolean cancelledHere = reason != null;
        RacePoint.at(task, "scope looks outside");
        CancelScope outer = parent;
        boolean cancelledOutside = !shielded && outer != null && outer.effectiveReason() != null;
        RacePoint.at(task, "scope leaves");
        leave(task);
        if (!cancelledHere || cancelledOutside) return rest;
        task.landed();
        return rest == null ? null : absorb(rest);
    }

    private void leave(Task<?> task) {
        state = State.EXITED;
        stopTimer(task);
        CancelScope outer = parent;
        if (outer == null) return; // the run's: its task's gate is closed next
        task.innermost(outer);
        RacePoint.at(task, "scope has been left");
        if (reason != null || everShielded) task.gate().settle();
    }

    /// Takes the cancellation out of what was thrown.
    private @Nullable Throwable absorb(Throwable thrown) {
        if (thrown instanceof Cancelled) {
            caught = true;
            return null;
        }
        if (thrown instanceof NurseryFailure group && group.cancelled() != null) {
            caught = true;
            group.dropCancelled();
        }
        return thrown;
    }

    /// Returns the throwable as one that may be thrown anywhere. Only our own unchecked types come here.
    static RuntimeException unchecked(Throwable thrown) {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default ->
                throw new AssertionError("a checked exception took the way of the unchecked ones", thrown);
        }
    }

    /* --- Cancelling it --- */

    /// Cancels the scope. It stays cancelled; a second call changes nothing. Before entry, its body will be cancelled
    /// at the first checkpoint; after its end, only [#cancelCalled()] changes. **Thread-safe. Wakes** what is inside.
    public void cancel() {
        cancel("cancel() was called");
    }

    /// Cancels the scope, like [#cancel()].
    ///
    /// @param why what the reason says, in words
    public void cancel(String why) {
        cancel(CancelReason.Source.EXPLICIT, why);
    }

    void cancel(CancelReason.Source source, String why) {
        if (reason != null) return;
        // What has reached it from outside already came first, and keeps being the reason.
        CancelReason inherited = effectiveReason();
        Task<?> by = source == CancelReason.Source.DEADLINE ? null : Task.currentOrNull();
        CancelReason mine = new CancelReason(source, name, why, by == null ? null : by.path());
        if (inherited == null && source == CancelReason.Source.DEADLINE) expired = true; // before anybody is woken
        // Looked at before: its task may notice the reason by itself, and leave, at the moment at which it is there.
        boolean active = state == State.ACTIVE;
        if (!REASON.compareAndSet(this, null, inherited == null ? mine : inherited)) return;
        Task<?> task = owner;
        if (task == null) return;
        RacePoint.at(task, "scope has been cancelled");
        if (active && inherited == null) task.scheduler().instruments().scopeCancelled(this, mine);
        if (state == State.ACTIVE) CancelTree.deliver(this);
    }

    private void expire(long now) {
        if (state == State.EXITED || reason != null || deadline > now) return;
        String why = "its deadline passed" + (state == State.NEW
                ? " before it was entered"
                : " " + TooSlowException.words(allowed()) + " after its start");
        cancel(CancelReason.Source.DEADLINE, why);
    }

    /// Cancels this scope and those around it whose deadlines have passed. The clock is read only if there is one.
    void expireDeadlines() {
        long now = -1;
        for (CancelScope scope = this; scope != null; scope = scope.parent) {
            if (scope.deadline == Deadlines.NEVER || scope.reason != null) continue;
            if (now < 0) now = scope.platformOfOwner().nanoTime();
            scope.expire(now);
        }
    }

    private Platform platformOfOwner() {
        Task<?> task = owner;
        if (task == null) throw new IllegalStateException("Scope '" + name + "' has not been entered");
        return task.platform();
    }

    /// Returns why code directly inside this scope is cancelled right now; null if it is not.
    @Nullable
    CancelReason effectiveReason() {
        CancelScope found = cancelledScope();
        return found == null ? null : found.reason;
    }

    /// Returns the nearest cancelled scope, this one or one outside it, that no shield hides; or null.
    @Nullable
    CancelScope cancelledScope() {
        for (CancelScope scope = this; scope != null; scope = scope.parent) {
            if (scope.reason != null) return scope;
            if (scope.shielded) return null;
        }
        return null;
    }

    /// Returns true if this scope or one outside it is cancelled, whatever shields there are: a [Cancelled] that is in
    /// flight here has somewhere to go.
    boolean isAnyCancelled() {
        for (CancelScope scope = this; scope != null; scope = scope.parent) {
            if (scope.reason != null) return true;
        }
        return false;
    }

    /// A task that this scope's cancellation reaches has been interrupted; it may have to be reminded.
    void remind() {
        Task<?> task = owner;
        if (task == null) return;
        Reminder known;
        synchronized (this) {
            if (state != State.ACTIVE) return;
            if (reminder == null) reminder = new Reminder(task);
            known = reminder;
        }
        known.arm();
    }

    /// Returns the earliest deadline on the way up to the first shield; [Long#MIN_VALUE] if cancelled.
    long effectiveDeadline() {
        long earliest = Deadlines.NEVER;
        for (CancelScope scope = this; scope != null; scope = scope.parent) {
            if (scope.reason != null) return Long.MIN_VALUE;
            earliest = Math.min(earliest, scope.deadline);
            if (scope.shielded) break;
        }
        return earliest;
    }

    /* --- Its deadline and shield --- */

    /// Sets the deadline to `timeout` after entry, or after now if it has been entered. Extending a deadline that has
    /// passed does not undo the cancellation. **Thread-safe.**
    ///
    /// @return this scope
    /// @throws IllegalArgumentException if the timeout is negative
    public CancelScope timeout(Duration timeout) {
        long nanos = Timeouts.nanos(timeout);
        synchronized (this) {
            if (state == State.NEW) {
                this.timeout = nanos;
                deadline = Deadlines.NEVER;
                return this;
            }
        }
        return deadline(Deadlines.after(platformOfOwner().nanoTime(), nanos));
    }

    /// Sets the deadline to a point in time, which may have passed. Extending a deadline that has passed does not
    /// undo the cancellation. **Thread-safe.**
    ///
    /// @param nanos in the scheduler's time, [Scheduler#nanoTime()]; [Long#MAX_VALUE] for no deadline
    /// @return this scope
    public CancelScope deadline(long nanos) {
        cancelCalled(); // a deadline that has passed counts, even if nobody has looked yet
        synchronized (this) {
            timeout = -1;
            deadline = nanos;
        }
        Task<?> task = owner;
        if (task != null) RacePoint.at(task, "deadline has been moved");
        if (task != null) startTimer(task, task.platform().nanoTime());
        return this;
    }

    /// Returns the deadline in the scheduler's nanoseconds; [Long#MAX_VALUE] when there is none. **Thread-safe.**
    ///
    /// @throws IllegalStateException if the deadline counts from the entry and the scope has not been entered
    public synchronized long deadline() {
        if (timeout >= 0 && state == State.NEW) {
            throw new IllegalStateException(
                    "Scope '" + name + "' has a timeout, which becomes a deadline when it is"
                            + " entered; it has not been entered");
        }
        return deadline;
    }

    /// Says whether the scope hides what is cancelled outside it. Lowering a shield delivers at once what it has held
    /// back; raising it un-cancels what is inside. **Thread-safe. Wakes** what is inside when lowered.
    ///
    /// @return this scope
    public CancelScope shield(boolean shield) {
        if (shield) everShielded = true; // before anybody can see it lowered again
        shielded = shield;
        Task<?> task = owner;
        if (task == null || state != State.ACTIVE) return this;
        RacePoint.at(task, "shield has been moved");
        // Nothing is spared if it was so before: of two threads that toggle it, the one that wrote last must deliver.
        if (!shield) {
            CancelTree.deliver(this);
        } else if (task == Task.currentOrNull()) {
            task.gate().shieldRaised();
        }
        return this;
    }

    /// Returns true if it hides what is cancelled outside it. **Thread-safe.**
    public boolean isShielded() {
        return shielded;
    }

    /// Makes the timer fit the deadline.
    private void startTimer(Task<?> task, long now) {
        if (deadline == Deadlines.NEVER && timer == null) return;
        if (deadline <= now) {
            expire(now);
            return;
        }
        synchronized (this) {
            if (state != State.ACTIVE || reason != null) return;
            if (timer == null) timer = new Timer();
            task.deadlines().set(timer, deadline);
        }
    }

    /// The state is EXITED by now: a timer is either seen here or not made any more.
    private void stopTimer(Task<?> task) {
        if (deadline == Deadlines.NEVER && timer == null && reason == null) return;
        synchronized (this) {
            if (timer != null) task.deadlines().close(timer);
            if (reminder != null) task.deadlines().close(reminder);
        }
    }

    /// Eager, at entry: the body may go straight into blocking code of which the kernel is not told.
    private final class Timer extends Deadlines.Entry {
        Timer() {
            super(true);
        }

        @Override
        void expire() {
            CancelScope.this.expire(platformOfOwner().nanoTime());
        }
    }

    /* --- Its state --- */

    /// Returns its name.
    public String name() {
        return name;
    }

    /// Returns true if it was cancelled, whether or not anything noticed. Not if only a scope around it was.
    /// **Thread-safe.**
    public boolean cancelCalled() {
        if (reason == null && deadline != Deadlines.NEVER) {
            Task<?> task = owner;
            if (task == null) task = Task.currentOrNull();
            if (task != null) expire(task.platform().nanoTime());
        }
        return reason != null;
    }

    /// Returns true if it has ended and absorbed a cancellation. **Thread-safe.**
    public boolean cancelledCaught() {
        return caught;
    }

    /// Returns why it was cancelled; null if it was not. **Thread-safe.**
    public @Nullable CancelReason reason() {
        return reason;
    }

    CancelReason requireReason() {
        CancelReason known = reason;
        if (known == null) throw new IllegalStateException("Scope '" + name + "' was not cancelled");
        return known;
    }

    /// True if its own deadline was the first to cancel it.
    boolean expired() {
        CancelReason known = reason;
        return expired && known != null && known.source() == CancelReason.Source.DEADLINE;
    }

    Duration allowed() {
        long end = deadline;
        return Duration.ofNanos(end <= enteredAt ? 0 : end - enteredAt); // the difference alone may overflow
    }

    Duration spent() {
        return Duration.ofNanos(platformOfOwner().nanoTime() - enteredAt);
    }

    /* --- The tree --- */

    @Nullable
    Task<?> owner() {
        return owner;
    }

    @Nullable
    CancelScope parent() {
        return parent;
    }

    void opens(Nursery nursery) {
        this.nursery = nursery;
    }

    void addChildrenTo(Collection<Task<?>> tasks) {
        if (nursery != null) nursery.addChildrenTo(tasks);
    }

    @Override
    public String toString() {
        return "CancelScope[" + name + " " + state + (reason == null ? "" : " cancelled") + "]";
    }
}
