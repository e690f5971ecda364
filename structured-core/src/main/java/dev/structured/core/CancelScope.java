package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A stretch of code that is cancelled as one.
///
/// ```java
/// CancelScope scope = new CancelScope("search").withTimeout(Duration.ofMillis(300));
/// ScopeResult<List<Hit>> hits = scope.call(() -> index.search(words));
/// ```
///
/// [#cancel()], from any thread, or its deadline, cancels it. From then on every checkpoint inside it, and in
/// every task started in a nursery inside it, throws [Cancelled], and blocking code is interrupted. When the
/// exception reaches the scope's end the scope absorbs it, unless a scope further out is cancelled too: the
/// outermost cancelled scope that is visible gets it. A cancellation from outside does not reach a shielded
/// scope.
///
/// A scope is used once, by one task.
public final class CancelScope extends TreeScope {
    /*
     * Whether a task is cancelled is not stored anywhere: it is read off the scopes, from the innermost
     * outwards, until one is cancelled (then it is) or shielded (then it is not). So raising a shield
     * un-cancels the code inside at once, and swallowing Cancelled changes nothing.
     */
    private static final VarHandle REASON;
    private static final VarHandle QUIET_AT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REASON = lookup.findVarHandle(CancelScope.class, "reason", CancelReason.class);
            QUIET_AT = lookup.findVarHandle(CancelScope.class, "quietAt", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final String DEFAULT_NAME = "scope";
    private static final CancelReason FAILED = new CancelReason(CancelReason.Source.CHILD_FAILED, "nursery",
            "there was too little space to say why", null);

    /// Null until cancelled; the first reason stays. Set by compare-and-set.
    private volatile @Nullable CancelReason reason;
    /// The count of [Disturbances] at which this scope and those around it were last found quiet. Written by
    /// any task inside, in any order: each of these was true.
    private volatile long quietAt;

    /// Both are made when first needed, while holding this object's lock; null until then.
    private volatile @Nullable ScopeAlarm alarm;
    private @Nullable Redelivery redelivery;
    /// Both are set before entry.
    private boolean idle;
    private boolean hearsStops;

    /// Makes a scope without a deadline, named `scope`.
    public CancelScope() {
        this(DEFAULT_NAME);
    }

    /// Makes a scope without a deadline.
    ///
    /// @param name shown in messages and reasons
    public CancelScope(String name) {
        super(name);
    }

    /* --- Running code in it --- */

    /// Runs the body on the calling thread, and returns when it has ended or was cut short. **Owner only**,
    /// once. [#absorbedCancellation()] tells whether it was cut short.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task, or the scope was used before
    public <X extends Exception> void run(Body<X> body) throws X {
        call(Bodies.valued(body));
    }

    /// Runs the body on the calling thread, and returns its value or the cancellation that cut it short.
    /// **Owner only**, once.
    ///
    /// @throws X if the body throws it
    /// @throws IllegalStateException if the calling thread runs no task, or the scope was used before
    public <T extends @Nullable Object, X extends Exception> ScopeResult<T> call(ValueBody<T, X> body)
            throws X {
        Task<?> task = Task.current("A cancel scope");
        enter(task);
        return callInside(task, body);
    }

    /// Runs the body like [#run], at the end of a block of the task.
    <X extends Exception> void runToFinish(Task<?> task, Body<X> body) throws X {
        ValueBody<@Nullable Void, X> valued = Bodies.valued(body);
        enterToFinish(task);
        callInside(task, valued);
    }

    private <T extends @Nullable Object, X extends Exception> ScopeResult<T> callInside(Task<?> task,
            ValueBody<T, X> body) throws X {
        T value;
        try {
            value = body.call();
        } catch (Throwable thrown) {
            Throwable rest = close(task, thrown);
            if (rest == thrown) throw thrown;
            if (rest != null) throw Rethrow.unchecked(rest);
            return new ScopeResult.Cancelled<>(requireReason());
        }
        close(task, null);
        return new ScopeResult.Completed<>(value);
    }

    /* --- Cancelling it --- */

    /// Cancels the scope. It stays cancelled; a second call changes nothing. Before entry, its body will be
    /// cancelled at the first checkpoint; after its end, only [#isCancelled()] changes. **Thread-safe.
    /// Wakes** the tasks inside.
    public void cancel() {
        cancel("cancel() was called");
    }

    /// Cancels the scope, like [#cancel()].
    ///
    /// @param why the text of the reason
    public void cancel(String why) {
        StackRoom.require();
        cancel(CancelReason.Source.EXPLICIT, why);
    }

    void cancel(CancelReason.Source source, String why) {
        cancel(source, why, Task.currentOrNull());
    }

    /// @param by the task that cancels it; null for a timer, whatever thread it rings on
    void cancel(CancelReason.Source source, String why, @Nullable Task<?> by) {
        if (reason != null) return;
        // A cancellation that has reached it from outside came first, and stays the reason.
        CancelReason inherited = CancelLookup.reason(this);
        CancelReason mine = new CancelReason(source, name(), why, by == null ? null : by.path());
        ScopeAlarm known = alarm;
        if (known != null && inherited == null && source == CancelReason.Source.DEADLINE) known.expiring();
        // Read before the reason is written: from then on its task may notice by itself, and leave.
        boolean active = isActive();
        // Invariant 3: the reason is written, then tasks are looked for.
        if (!mark(inherited == null ? mine : inherited)) return;
        Task<?> task = owner();
        if (task != null) deliver(task, active && inherited == null ? mine : null);
    }

    /// Writes the reason.
    ///
    /// @return false if there was one before
    boolean mark(CancelReason why) {
        if (owner() == null) {
            synchronized (this) { // so nobody can enter it, and find it quiet, at this moment
                if (owner() == null) return REASON.compareAndSet(this, null, why);
            }
        }
        Task<?> inside = ownerOrThrow();
        Disturbances run = inside.run().disturbances;
        run.begin();
        try {
            inside.racePoint("scope is cancelled");
            return REASON.compareAndSet(this, null, why);
        } finally {
            run.end();
        }
    }

    /// Cancels the scope even if there is too little memory for the words of the reason. Throws nothing.
    void cancelAnyway(CancelReason.Source source, String why) {
        try {
            cancel(source, why);
        } catch (VirtualMachineError error) {
            cancelInShort();
        }
    }

    /// Cancels the scope for a failure, without words for the reason: memory is short. Throws nothing.
    void cancelInShort() {
        Task<?> task = owner();
        if (task != null) task.run().disturbances.begin();
        REASON.compareAndSet(this, null, FAILED);
        if (task != null) task.run().disturbances.end();
        try {
            if (task != null) deliver(task, null);
        } catch (Throwable thrown) {
            // the alarm delivers it, unless setting the alarm failed too
        }
    }

    /// Makes the tasks inside notice. If this fails half way, the alarm does it once more.
    ///
    /// @param told the reason that the instruments are told first; null for none
    private void deliver(Task<?> task, @Nullable CancelReason told) {
        try {
            task.racePoint("scope has been cancelled");
            if (told != null) task.scheduler().instruments().scopeCancelled(this, told);
            if (isActive()) CancelTree.deliver(this);
        } catch (Throwable thrown) {
            Redelivery again = redelivery(task);
            if (again != null) again.repeat();
            throw thrown;
        }
    }

    /// Has the tasks inside interrupted again, until they notice: one of them has been interrupted.
    ///
    /// @param due when that one is to be interrupted again
    void remind(long due) {
        Task<?> task = owner();
        Redelivery again = task == null ? null : redelivery(task);
        if (again != null) again.arm(due);
    }

    /// Returns null if the scope has ended: then no task is left to be told.
    private synchronized @Nullable Redelivery redelivery(Task<?> task) {
        if (!isActive()) return null;
        Redelivery known = redelivery == null ? CancelTree.redelivery(this, task) : redelivery;
        redelivery = known;
        return known;
    }

    /* --- Its times --- */

    /// Cancels the scope if its deadline has passed, or the grace after it was asked to stop.
    void expire(long now) {
        ScopeAlarm known = alarm;
        if (known != null) known.expire(now);
    }

    /// Returns the time of the scheduler in which it was entered.
    long now() {
        return platform().nanoTime();
    }

    private Platform platform() {
        return ownerOrThrow().platform();
    }

    private Task<?> ownerOrThrow() {
        Task<?> task = owner();
        if (task == null) throw new IllegalStateException("Scope '" + name() + "' has not been entered");
        return task;
    }

    @Override
    void startTimes(Platform platform) {
        if (alarm != null) alarm.entered(platform);
    }

    @Override
    void arm(Task<?> task) {
        ScopeAlarm known = alarm;
        if (known != null) known.armAtEntry(task);
        cancelIfIdleAndStopping();
    }

    /// An alarm is either seen here or, as the scope has ended by now, never armed.
    @Override
    void disarm(Task<?> task) {
        if (alarm == null && reason == null) return;
        synchronized (this) {
            if (alarm != null) task.deadlines().close(alarm);
            if (redelivery != null) redelivery.close();
        }
    }

    /// Sets the deadline to `timeout` after the entry. Before entry.
    ///
    /// @return this scope
    /// @throws IllegalArgumentException if the timeout is negative
    /// @throws IllegalStateException if the scope has been entered
    public CancelScope withTimeout(Duration timeout) {
        requireNew("setTimeout");
        setTimeout(timeout);
        return this;
    }

    /// Sets the deadline to a point in time, which may have passed. Before entry. If it is on the clock of
    /// another scheduler than the one in which the scope is entered, the entry throws an
    /// [IllegalArgumentException].
    ///
    /// @return this scope
    /// @throws IllegalStateException if the scope has been entered
    public CancelScope withDeadline(Deadline deadline) {
        requireNew("setDeadline");
        setDeadline(deadline);
        return this;
    }

    /// Protects the code inside from cancellations that come from outside the scope. Before entry.
    ///
    /// @return this scope
    /// @throws IllegalStateException if the scope has been entered
    public CancelScope withShield() {
        requireNew("setShielded");
        hideOutside(true);
        return this;
    }

    /// @param setter the method that sets the same option of a scope that has been entered
    private void requireNew(String setter) {
        if (!isNew()) {
            throw new IllegalStateException(
                    "Scope '" + name() + "' has been entered; its options are set before"
                            + " that. Call " + setter + " instead.");
        }
    }

    /// Sets the deadline to `timeout` from now, or from the entry if the scope has not been entered. A later
    /// deadline does not undo a cancellation. **Thread-safe.**
    ///
    /// @throws IllegalArgumentException if the timeout is negative
    public void setTimeout(Duration timeout) {
        long nanos = Nanos.of(timeout);
        isCancelled(); // see setDeadline
        synchronized (this) {
            if (isNew()) {
                madeAlarm().timeout(nanos);
                return;
            }
        }
        setDeadline(Deadline.at(platform(), Nanos.after(now(), nanos)));
    }

    /// Sets the deadline to a point in time, which may have passed. A later deadline does not undo a
    /// cancellation. **Thread-safe.**
    ///
    /// @throws IllegalArgumentException if the deadline is on the clock of another scheduler
    public void setDeadline(Deadline deadline) {
        StackRoom.require();
        isCancelled(); // a deadline that has passed counts, even if no thread has noticed it yet
        Task<?> task = owner();
        if (task != null) deadline.on(task.platform());
        ScopeAlarm mine;
        synchronized (this) {
            mine = madeAlarm();
            mine.deadline(deadline);
        }
        task = owner();
        if (task == null) return;
        task.racePoint("deadline has been moved");
        mine.arm(task, task.platform().nanoTime());
    }

    /// Holding the lock.
    private ScopeAlarm madeAlarm() {
        ScopeAlarm known = alarm;
        if (known != null) return known;
        ScopeAlarm made = new ScopeAlarm(this, isNew() ? 0 : now());
        Task<?> inside = owner();
        if (inside != null) inside.run().disturbances.begin();
        alarm = made;
        if (inside != null) inside.run().disturbances.end();
        return made;
    }

    /// Returns the deadline; [Deadline#NEVER] if there is none. **Thread-safe.**
    ///
    /// @throws IllegalStateException if the deadline counts from the entry and the scope has not been entered
    public synchronized Deadline deadline() {
        ScopeAlarm known = alarm;
        if (known == null) return Deadline.NEVER;
        if (known.isRelative() && isNew()) {
            throw new IllegalStateException(
                    "Scope '" + name() + "' has a timeout, which becomes a deadline when it is"
                            + " entered; it has not been entered");
        }
        return known.deadline();
    }

    /* --- Its shield --- */

    /// Raises or lowers the shield, which hides cancellations from outside the scope. Lowering it delivers
    /// the cancellations that it has held back, at once; raising it un-cancels the code inside.
    /// **Thread-safe. Wakes** the tasks inside when lowered.
    public void setShielded(boolean shield) {
        StackRoom.require();
        hideOutside(shield);
        Task<?> task = owner();
        if (task == null || !isActive()) return;
        task.racePoint("shield has been moved");
        // Done even if the shield was down before: when two threads toggle it, the one that wrote last must
        // deliver.
        if (!shield) {
            CancelTree.reveal(this);
        } else if (task == Task.currentOrNull()) {
            task.gate().shieldRaised();
        }
    }

    /// Returns true if it hides cancellations from outside. **Thread-safe.**
    @Override
    public boolean isShielded() {
        return super.isShielded();
    }

    /* --- Requests to stop --- */

    /// Asks the tasks inside to come to their end by themselves, and cancels the scope with the reason
    /// *shutdown* when the grace is over. Inside, [Checkpoints#isStopRequested()] is true from now on, and
    /// scopes that are [idle][#asIdle()] are cancelled at once. Of several requests the earliest end counts.
    /// **Thread-safe. Wakes** idle tasks.
    ///
    /// @param grace from now, or from the entry of a scope that has not been entered
    /// @throws IllegalArgumentException if the grace is negative
    public void requestStop(Duration grace) {
        long nanos = Nanos.of(grace);
        StackRoom.require();
        Task<?> task;
        ScopeAlarm mine;
        synchronized (this) {
            task = owner();
            mine = madeAlarm();
            if (task == null) mine.stopAfterEntry(nanos);
            else
                mine.stopAt(Nanos.after(now(), nanos));
        }
        if (task == null) return;
        mine.arm(task, task.platform().nanoTime());
        task.racePoint("stop has been requested");
        CancelTree.cancelIdle(this);
    }

    /// Marks the code inside as idle: it waits for new work, and has none in hand. When a
    /// [stop][#requestStop] is requested around it, the scope is cancelled at once, with the reason
    /// *shutdown*. Mark each wait without work in hand, including a long sleep between two rounds: the
    /// request does not reach code that is not marked.
    ///
    /// ```java
    /// while (true) {
    ///     ScopeResult<Socket> next = new CancelScope("accept").asIdle().call(server::accept);
    ///     if (!(next instanceof ScopeResult.Completed(Socket socket))) break;
    ///     nursery.startSoon("connection", () -> serve(socket));
    /// }
    /// ```
    ///
    /// @return this scope
    /// @throws IllegalStateException if the scope has been entered
    public synchronized CancelScope asIdle() {
        if (!isNew()) {
            throw new IllegalStateException(
                    "Scope '" + name() + "' has been entered; say that it is idle before");
        }
        idle = true;
        return this;
    }

    /// Lets requests to stop through the shield of this scope. Before entry.
    CancelScope hearingStops() {
        hearsStops = true;
        return this;
    }

    void cancelIfIdleAndStopping() {
        if (idle && CancelLookup.isStopRequested(this))
            cancel(CancelReason.Source.SHUTDOWN, "it was idle when a stop was requested");
    }

    /* --- Its state --- */

    /// Returns its name.
    @Override
    public String name() {
        return super.name();
    }

    /// Returns true if it was cancelled, whether or not a task has noticed. False if only a scope around it
    /// was. **Thread-safe.**
    public boolean isCancelled() {
        if (reason == null && alarm != null) expire(timeOfDeadline());
        return reason != null;
    }

    /// Returns the present time of the clock of its deadline; before all times if that is the same on every
    /// clock, or counts from an entry that is still to come.
    private long timeOfDeadline() {
        Task<?> task = owner();
        Platform clock = task == null ? clock() : task.platform();
        return clock == null ? Nanos.PASSED : clock.nanoTime();
    }

    private synchronized @Nullable Platform clock() {
        return alarm == null ? null : alarm.clock();
    }

    /// Returns true if it has ended and absorbed a cancellation. **Thread-safe.**
    public boolean absorbedCancellation() {
        return hasAbsorbed();
    }

    /// Returns the reason why it was cancelled; null if it was not. **Thread-safe.**
    @Override
    public @Nullable CancelReason reason() {
        return reason;
    }

    CancelReason requireReason() {
        CancelReason known = reason;
        if (known == null) throw new IllegalStateException("Scope '" + name() + "' was not cancelled");
        return known;
    }

    /// Returns the exception to throw if its own deadline was the first to cancel it; else null.
    @Nullable
    TooSlowException tooSlow() {
        ScopeAlarm known = alarm;
        return known == null ? null : known.tooSlow();
    }

    /// Returns true if the scope is not cancelled, has no deadline and no requested stop that will cancel it,
    /// and has no second way up.
    boolean isQuiet() {
        return reason == null && alarm == null && target() == null;
    }

    /// Returns true if it and the scopes around it were found quiet at this count of its run's
    /// [Disturbances].
    boolean wasQuietAt(long count) {
        return quietAt == count;
    }

    void foundQuietAt(long count) {
        QUIET_AT.setOpaque(this, count); // a volatile write costs a fence
    }

    /// Returns true if it has been asked to stop. Tasks beside the root of a run are asked when the root is.
    boolean isAskedToStop() {
        ScopeAlarm known = alarm;
        if (known != null && known.isStopRequested()) return true;
        CancelScope outer = parent();
        if (hearsStops && outer != null) return outer.isAskedToStop();
        Task<?> task = owner();
        return task != null && outer == null && task.base() != this && task.base().isAskedToStop();
    }

    /// Returns the earliest time at which it is to be cancelled, by its deadline or because it was asked to
    /// stop, in the scheduler's nanoseconds; [Nanos#NEVER] if there is none.
    long end() {
        ScopeAlarm known = alarm;
        return known == null ? Nanos.NEVER : known.end();
    }

    @Override
    public String toString() {
        return "CancelScope[" + name() + " " + state() + (reason == null ? "" : " cancelled") + "]";
    }
}
