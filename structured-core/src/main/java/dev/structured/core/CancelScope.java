package dev.structured.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
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
/// outermost cancelled scope that is visible gets it. A shielded scope is not reached by what is cancelled
/// outside it.
///
/// A scope is used once, by one task.
public final class CancelScope {
    /*
     * NEW ── enter() ──▶ ACTIVE ── close() ──▶ EXITED
     *
     * Whether a task is cancelled is not stored anywhere: it is read off the scopes, from the innermost
     * outwards, until one is cancelled (then it is) or shielded (then it is not). So raising a shield
     * un-cancels what is inside at once, and swallowing Cancelled changes nothing.
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
        ACTIVE, EXITED
    }

    private static final String DEFAULT_NAME = "scope";
    private static final CancelReason FAILED = new CancelReason(CancelReason.Source.CHILD_FAILED, "nursery",
            "there was too little space to say why", null);

    private final String name;
    /// Null until cancelled; the first reason stays. Set by compare-and-set.
    private volatile @Nullable CancelReason reason;
    private volatile boolean shielded;
    /// Null while it is NEW: a volatile write costs a fence.
    private volatile @Nullable State state;

    /// All three are made when there is need for one, under this lock; null until then.
    private volatile @Nullable ScopeAlarm alarm;
    private @Nullable Reminder reminder;
    private @Nullable Redelivery redelivery;
    /// Both are set before entry.
    private boolean idle;
    private boolean hearsStops;

    /// Set at entry; the parent of a task's base scope is moved once, by [PendingStart].
    private volatile @Nullable CancelScope parent;
    private volatile @Nullable Task<?> owner;
    /// The starter of tasks in this scope, such as the nursery whose block it is. Null if there is none.
    private @Nullable ChildSource<Task<?>> children;
    /// Set at entry if it is the base of a task that is being started, else null.
    private @Nullable MovingBase<CancelScope> moving;
    /// The cancellation that was in flight when it was entered (in a `finally`). Owner only.
    private @Nullable Cancelled flyingAtEntry;
    private RecorderEvents.@Nullable ScopeEvent event;
    /// True once it has been a shield: its end then has to look at the scopes outside.
    private volatile boolean everShielded;
    private volatile boolean caught;

    /// Makes a scope without a deadline, named `scope`.
    public CancelScope() {
        this(DEFAULT_NAME);
    }

    /// Makes a scope without a deadline.
    ///
    /// @param name shown in messages and reasons
    public CancelScope(String name) {
        this.name = name;
    }

    /* --- Running code in it --- */

    /// Runs the body on the calling thread, and returns when it has ended or was cut short. **Owner only**,
    /// once.
    ///
    /// Whether it was cut short is [#absorbedCancellation()].
    ///
    /// @throws X what the body throws
    /// @throws IllegalStateException if the calling thread runs no task, or the scope was used before
    public <X extends Exception> void run(Body<X> body) throws X {
        call(Bodies.valued(body));
    }

    /// Runs the body on the calling thread and returns its value, or that it was cut short. **Owner only**,
    /// once.
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
            if (rest != null) throw Rethrow.unchecked(rest);
            return new ScopeResult.Cancelled<>(requireReason());
        }
        close(task, null);
        return new ScopeResult.Completed<>(value);
    }

    /// Begins the scope on the calling task.
    void enter(Task<?> task) {
        task.requireStack();
        CancelScope outer = task.innermost();
        begin(task, outer);
        boolean entered = false;
        try {
            flyingAtEntry = task.inFlight();
            event = RecorderEvents.ScopeEvent.begun();
            task.racePoint("scope is entered");
            task.innermost(this);
            task.racePoint("scope has been entered");
            boolean moved = outer == task.base() && OwnScope.isBetween(task, this);
            ScopeAlarm known = alarm;
            if (known != null) known.armAtEntry(task);
            if (idle) cancelIfIdleAndStopping();
            if (moved || everShielded || reason != null) task.gate().settle();
            entered = true;
        } finally {
            if (!entered) leave(task);
        }
    }

    /// Begins the scope as the outermost of a run, or of what runs beside it.
    void enterAsRoot(Task<?> root) {
        begin(root, null);
        boolean entered = false;
        try {
            ScopeAlarm known = alarm;
            if (known != null) known.armAtEntry(root);
            entered = true;
        } finally {
            if (!entered) leave(root);
        }
    }

    /// Begins the scope as a shielded one beside the code in `outer`: no code of the owner is in it.
    void enterBeside(Task<?> owner, CancelScope outer) {
        begin(owner, outer);
    }

    /// Begins the scope as the base of a task that starts under one scope and is to move to another.
    void enterAsBase(Task<?> task, CancelScope outer, CancelScope target) {
        this.moving = new MovingBase<>(target);
        begin(task, outer);
    }

    /// Begins the scope as one that a canceller puts around all that the task does.
    void enterAsOwn(Task<?> task) {
        begin(task, task.base());
    }

    /// Another scope has been put between this one and its parent.
    void hangUnder(CancelScope between) {
        parent = between;
    }

    /// Writes owner and parent before the state: a thread that reads ACTIVE relies on them.
    private synchronized void begin(Task<?> task, @Nullable CancelScope outer) {
        if (state != null) {
            throw new IllegalStateException(
                    "Scope '" + name + "' was entered before; a scope is used once. Create a"
                            + " new one for task '" + task.path() + "'.");
        }
        if (alarm != null) alarm.entered(task.platform());
        parent = outer;
        owner = task;
        state = State.ACTIVE;
    }

    /// Ends the scope, and decides the fate of the throwable that reached its end.
    ///
    /// @param thrown the throwable that came out of the body; null when it ended normally
    /// @return the throwable to be thrown on; null when nothing is left
    @Nullable
    Throwable close(Task<?> task, @Nullable Throwable thrown) {
        if (thrown != null) return closeClassified(task, Classification.of(task, thrown));
        task.noticeSwallowed(flyingAtEntry);
        return closeClassified(task, null);
    }

    /// Ends the scope, like [#close], for a throwable that has been classified before. What was a
    /// failure when it was thrown stays one, even if it has caused a cancellation since.
    @Nullable
    Throwable closeClassified(Task<?> task, @Nullable Throwable thrown) {
        Throwable rest = decide(task, thrown);
        if (event != null && event.isWanted()) event.write(name, task.path(), reason, caught);
        return rest;
    }

    private @Nullable Throwable decide(Task<?> task, @Nullable Throwable thrown) {
        task.racePoint("scope closes");
        boolean cancelledHere = reason != null;
        task.racePoint("scope looks outside");
        CancelScope outer = parent;
        boolean cancelledOutside = !shielded && outer != null && CancelLookup.reason(outer) != null;
        task.racePoint("scope leaves");
        leave(task);
        // Invariant 7: the outermost visible cancelled scope absorbs.
        if (!cancelledHere || cancelledOutside) return thrown;
        task.unwinding().landed(this, flyingAtEntry);
        return thrown == null ? null : absorb(task, thrown);
    }

    /// Ends the scope, like [#closeClassified], with the task whose own it is, and which stays in it.
    @Nullable
    Throwable closeAsOwn(Task<?> task, @Nullable Throwable thrown) {
        task.racePoint("own scope closes");
        boolean cancelledHere = reason != null;
        CancelScope outer = parent;
        boolean cancelledOutside = outer != null && CancelLookup.reason(outer) != null;
        retire(task);
        if (thrown == null || !cancelledHere || cancelledOutside) return thrown;
        return absorb(task, thrown);
    }

    /// Its task has ended, or is about to.
    void retire(Task<?> task) {
        state = State.EXITED;
        disarm(task);
    }

    void leave(Task<?> task) {
        state = State.EXITED;
        task.racePoint("scope has exited");
        disarm(task);
        CancelScope outer = parent;
        if (outer == null) return; // the run's: its task's gate is closed next
        task.innermost(outer);
        task.racePoint("scope has been left");
        if (reason != null || everShielded) task.gate().settle();
    }

    /// An alarm is either seen here or, as the state is EXITED by now, never armed.
    private void disarm(Task<?> task) {
        if (alarm == null && reason == null) return;
        synchronized (this) {
            if (alarm != null) task.deadlines().close(alarm);
            if (reminder != null) reminder.close();
            if (redelivery != null) task.scheduler().reminders().close(redelivery);
        }
    }

    /// Takes the cancellation out of what was thrown.
    private @Nullable Throwable absorb(Task<?> task, Throwable thrown) {
        if (thrown instanceof Cancelled cancelled) {
            caught = true;
            task.unwinding().absorbed(cancelled, null);
            return null;
        }
        if (thrown instanceof NurseryFailedException group) {
            Cancelled cancelled = group.cancelled();
            if (cancelled == null) return thrown;
            caught = true;
            group.dropCancelled();
            task.unwinding().absorbed(cancelled, group);
        }
        return thrown;
    }

    /* --- Cancelling it --- */

    /// Cancels the scope. It stays cancelled; a second call changes nothing. Before entry, its body will be
    /// cancelled at the first checkpoint; after its end, only [#isCancelled()] changes. **Thread-safe.
    /// Wakes** what is inside.
    public void cancel() {
        cancel("cancel() was called");
    }

    /// Cancels the scope, like [#cancel()].
    ///
    /// @param why the text of the reason
    public void cancel(String why) {
        StackRoom.require(1);
        cancel(CancelReason.Source.EXPLICIT, why);
    }

    void cancel(CancelReason.Source source, String why) {
        cancel(source, why, Task.currentOrNull());
    }

    /// @param by the task that cancels it; null for a timer, whatever thread it rings on
    void cancel(CancelReason.Source source, String why, @Nullable Task<?> by) {
        if (reason != null) return;
        // What has reached it from outside already came first, and keeps being the reason.
        CancelReason inherited = CancelLookup.reason(this);
        CancelReason mine = new CancelReason(source, name, why, by == null ? null : by.path());
        ScopeAlarm known = alarm;
        if (known != null && inherited == null && source == CancelReason.Source.DEADLINE) known.expiring();
        // Looked at before: its task may notice the reason by itself, and leave, at the moment at which it is
        // there.
        boolean active = state == State.ACTIVE;
        Task<?> before = owner;
        if (before != null) before.racePoint("scope is cancelled");
        // Invariant 3: the reason is written, then tasks are looked for.
        if (!REASON.compareAndSet(this, null, inherited == null ? mine : inherited)) return;
        Task<?> task = owner;
        if (task != null) deliver(task, active && inherited == null ? mine : null);
    }

    /// Cancels the scope, also where there is too little space for the words of the reason. Throws nothing.
    void cancelAnyway(CancelReason.Source source, String why) {
        try {
            cancel(source, why);
        } catch (VirtualMachineError error) {
            cancelInShort();
        }
    }

    /// Cancels the scope for a failure, where there is no space for the words of a reason. Throws nothing.
    void cancelInShort() {
        REASON.compareAndSet(this, null, FAILED);
        Task<?> task = owner;
        try {
            if (task != null) deliver(task, null);
        } catch (Throwable thrown) {
            // the alarm delivers it, if it could be told
        }
    }

    /// Makes the tasks inside notice. Where that fails on its way, the alarm does it once more: a task that
    /// is never told would wait for ever.
    ///
    /// @param told what the instruments are told first; null for nothing
    private void deliver(Task<?> task, @Nullable CancelReason told) {
        try {
            task.racePoint("scope has been cancelled");
            if (told != null) task.scheduler().instruments().scopeCancelled(this, told);
            if (state == State.ACTIVE) CancelTree.deliver(this);
        } catch (Throwable thrown) {
            deliverLater(task);
            throw thrown;
        }
    }

    private synchronized void deliverLater(Task<?> task) {
        if (state != State.ACTIVE) return;
        if (redelivery == null) redelivery = new Redelivery();
        task.scheduler().reminders().set(redelivery, task.platform().ofForeignCode().nanoTime());
    }

    /// Delivers the cancellation from the alarm's thread.
    private final class Redelivery extends Deadlines.Entry {
        Redelivery() {
            super(true);
        }

        @Override
        void expire() {
            if (isActive()) CancelTree.deliver(CancelScope.this);
        }
    }

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
        Task<?> task = owner;
        if (task == null) throw new IllegalStateException("Scope '" + name + "' has not been entered");
        return task.platform();
    }

    /// Returns true if there is no cancellation to be seen here, nor one that will come by itself.
    boolean isQuiet() {
        return reason == null && alarm == null && target() == null;
    }

    /// Returns true if what is outside this scope does not reach what is inside.
    boolean hidesOutside() {
        return shielded || (moving != null && moving.isParentHidden());
    }

    /// Hides what is above a task's base scope, or shows it again; what is above its target is still seen.
    void hideParent(boolean hide) {
        if (moving != null) moving.hideParent(hide);
    }

    /// Moves the base scope of a task, whose parent is hidden, to its target. The target is seen at every
    /// moment.
    void moveToTarget() {
        parent = target();
        if (moving != null) moving.moved();
    }

    /// Arms the reminder: a task that this scope's cancellation reaches has been interrupted.
    void remind() {
        Task<?> task = owner;
        if (task == null) return;
        Reminder known;
        synchronized (this) {
            if (state != State.ACTIVE) return;
            if (reminder == null) reminder = new Reminding(task);
            known = reminder;
        }
        known.arm();
    }

    /// Interrupts the tasks inside this scope again.
    private final class Reminding extends Reminder {
        Reminding(Task<?> owner) {
            super(owner.platform().ofForeignCode(), owner.scheduler().reminders());
        }

        @Override
        void remind(long stuckFor) {
            CancelTree.walkInside(CancelScope.this, task -> {
                if (!task.gate().deliverAgain()) return;
                arm();
                if (stuckFor > 0) task.scheduler().instruments().taskStuck(task, stuckFor);
            });
        }
    }

    /* --- Its deadline and shield --- */

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

    /// Sets the deadline to a point in time, which may have passed. Before entry.
    ///
    /// @return this scope
    /// @throws IllegalStateException if the scope has been entered
    public CancelScope withDeadline(Deadline deadline) {
        requireNew("setDeadline");
        setDeadline(deadline);
        return this;
    }

    /// Hides what is cancelled outside the scope from the code inside. Before entry.
    ///
    /// @return this scope
    /// @throws IllegalStateException if the scope has been entered
    public CancelScope withShield() {
        requireNew("setShielded");
        setShielded(true);
        return this;
    }

    /// @param setter the method that changes the same in a scope that has been entered
    private void requireNew(String setter) {
        if (state != null) {
            throw new IllegalStateException(
                    "Scope '" + name + "' has been entered; its options are set before"
                            + " that. Call " + setter + " instead.");
        }
    }

    /// Sets the deadline to `timeout` from now, or from the entry if the scope has not been entered. A later
    /// deadline does not undo a cancellation. **Thread-safe.**
    ///
    /// @throws IllegalArgumentException if the timeout is negative
    public void setTimeout(Duration timeout) {
        long nanos = Nanos.of(timeout);
        synchronized (this) {
            if (state == null) {
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
        StackRoom.require(1);
        isCancelled(); // a deadline that has passed counts, even if nobody has looked yet
        Task<?> task = owner;
        if (task != null) deadline.on(task.platform());
        ScopeAlarm mine;
        synchronized (this) {
            mine = madeAlarm();
            mine.deadline(deadline);
        }
        task = owner;
        if (task == null) return;
        task.racePoint("deadline has been moved");
        mine.arm(task, task.platform().nanoTime());
    }

    /// Holding the lock.
    private ScopeAlarm madeAlarm() {
        ScopeAlarm known = alarm;
        if (known == null) {
            known = new ScopeAlarm(this, state == null ? 0 : now());
            alarm = known;
        }
        return known;
    }

    /// Returns the deadline; [Deadline#NEVER] if there is none. **Thread-safe.**
    ///
    /// @throws IllegalStateException if the deadline counts from the entry and the scope has not been entered
    public synchronized Deadline deadline() {
        ScopeAlarm known = alarm;
        if (known == null) return Deadline.NEVER;
        if (known.isRelative() && state == null) {
            throw new IllegalStateException(
                    "Scope '" + name + "' has a timeout, which becomes a deadline when it is"
                            + " entered; it has not been entered");
        }
        return known.deadline();
    }

    /// Raises or lowers the shield, which hides what is cancelled outside the scope. Lowering it delivers at
    /// once what it has held back; raising it un-cancels the code inside. **Thread-safe. Wakes** the tasks
    /// inside when lowered.
    public void setShielded(boolean shield) {
        StackRoom.require(1);
        if (shield) everShielded = true; // before anybody can see it lowered again
        shielded = shield;
        Task<?> task = owner;
        if (task == null || state != State.ACTIVE) return;
        task.racePoint("shield has been moved");
        // Nothing is spared if it was so before: of two threads that toggle it, the one that wrote last must
        // deliver.
        if (!shield) {
            CancelTree.reveal(this);
        } else if (task == Task.currentOrNull()) {
            task.gate().shieldRaised();
        }
    }

    /// Returns true if it hides what is cancelled outside it. **Thread-safe.**
    public boolean isShielded() {
        return shielded;
    }

    /* --- Its end by request --- */

    /// Asks the tasks inside to come to their end by themselves, and cancels the scope with the reason
    /// *shutdown* when the grace is over. Inside, [Checkpoints#isStopRequested()] is true from now on, and
    /// scopes that are [idle][#asIdle()] are cancelled at once. Of several requests the earliest end counts.
    /// **Thread-safe. Wakes** idle tasks.
    ///
    /// @param grace from now, or from the entry of a scope that has not been entered
    /// @throws IllegalArgumentException if the grace is negative
    public void requestStop(Duration grace) {
        long nanos = Nanos.of(grace);
        StackRoom.require(1);
        Task<?> task;
        ScopeAlarm mine;
        synchronized (this) {
            task = owner;
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

    /// Marks the code inside as idle: it waits for something new to do, and has nothing in hand. When a
    /// [stop][#requestStop] is requested around it, the scope is cancelled at once, with the reason
    /// *shutdown*. Mark each wait in which nothing is in hand, a long sleep between two rounds too: nothing
    /// else is told of the request.
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
        if (state != null) {
            throw new IllegalStateException(
                    "Scope '" + name + "' has been entered; say that it is idle before");
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
    public String name() {
        return name;
    }

    /// Returns true if it was cancelled, whether or not anything noticed. Not if only a scope around it was.
    /// **Thread-safe.**
    public boolean isCancelled() {
        if (reason == null && alarm != null) {
            Task<?> task = owner;
            if (task == null) task = Task.currentOrNull();
            if (task != null) expire(task.platform().nanoTime());
        }
        return reason != null;
    }

    /// Returns true if it has ended and absorbed a cancellation. **Thread-safe.**
    public boolean absorbedCancellation() {
        return caught;
    }

    /// Returns the reason why it was cancelled; null if it was not. **Thread-safe.**
    public @Nullable CancelReason reason() {
        return reason;
    }

    CancelReason requireReason() {
        CancelReason known = reason;
        if (known == null) throw new IllegalStateException("Scope '" + name + "' was not cancelled");
        return known;
    }

    /// Returns the exception to throw if its own deadline was the first to cancel it; else null.
    @Nullable
    TooSlowException tooSlow() {
        ScopeAlarm known = alarm;
        return known == null ? null : known.tooSlow();
    }

    boolean isActive() {
        return state == State.ACTIVE;
    }

    boolean hasEnded() {
        return state == State.EXITED;
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

    CancelScope parentOrThrow() {
        CancelScope outer = parent;
        if (outer == null) throw new IllegalStateException("Scope '" + name + "' is the outermost");
        return outer;
    }

    /// Returns the second way up; null if there is none.
    @Nullable
    CancelScope target() {
        return moving == null ? null : moving.target();
    }

    /// Returns true if it has been asked to stop. Tasks beside the root of a run are asked when the root is.
    boolean isAskedToStop() {
        ScopeAlarm known = alarm;
        if (known != null && known.isStopRequested()) return true;
        CancelScope outer = parent;
        if (hearsStops && outer != null) return outer.isAskedToStop();
        Task<?> task = owner;
        return task != null && outer == null && task.base() != this && task.base().isAskedToStop();
    }

    /// Returns the earliest time at which it is to be cancelled, by its deadline or because it was asked to
    /// stop, in the scheduler's nanoseconds; [Nanos#NEVER] if there is none.
    long end() {
        ScopeAlarm known = alarm;
        return known == null ? Nanos.NEVER : known.end();
    }

    /// Before entry.
    void opens(ChildSource<Task<?>> children) {
        this.children = children;
    }

    void addChildrenTo(Collection<Task<?>> tasks) {
        if (children != null) children.addChildrenTo(tasks);
    }

    /// Drops the late starts that are pending in it, if it is cancelled. **Thread-safe.**
    void dropLateStarts() {
        if (children != null) children.dropLateStarts();
    }

    @Override
    public String toString() {
        return "CancelScope[" + name + " " + (state == null ? "NEW" : state)
                + (reason == null ? "" : " cancelled") + "]";
    }
}
