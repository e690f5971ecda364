package dev.structured.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs tasks, and owns all that they share: the time, the deadlines, the observers, and the list of runs
/// that are going on.
///
/// ```java
/// try (Scheduler scheduler = Scheduler.open()) {
///     scheduler.run("main", () -> Nursery.run(nursery -> {
///         nursery.startSoon("left", () -> System.out.println("left"));
///         nursery.startSoon("right", () -> System.out.println("right"));
///     }));
/// }
/// ```
///
/// A run adopts the calling thread as its root task, and gives it back when every task of the run has ended.
/// Any number of runs may go on at once, on any threads: a server has one for each request. **Thread-safe.**
public final class Scheduler implements AutoCloseable {
    /*
     * OPEN ── close() ──▶ CLOSING ── the last run has ended ──▶ CLOSED
     *
     * Under the lock: the runs, as a list, and the state. Only OPEN takes new ones. A run is in the list from
     * before it begins until all in it has ended. Its thread is given back to the platform only after the run
     * has left the list and waiters have been woken. Otherwise a virtual clock could see, for a moment, only
     * threads that wait for the run, and jump.
     */
    private enum State {
        OPEN, CLOSING, CLOSED
    }

    private final Platform platform;
    private final Deadlines deadlines;
    /// The same as the deadlines, unless foreign code runs by another clock.
    private final Deadlines reminders;
    private final Instruments instruments;
    private final Propagation propagation;
    private final ParkingLot closers = new ParkingLot("the runs of a scheduler to end");
    private final boolean detectsDeadlocks;
    /// Set by the builder, if it detects deadlocks.
    private volatile Platform.@Nullable Alarm watch;
    private final Object lock = new Object();

    /// All guarded by the lock.
    private State state = State.OPEN;
    private final Chain<Task<?>> roots = new Chain<>();
    private int runs;

    private Scheduler(Builder settings) {
        this.platform = settings.platform;
        this.deadlines = new Deadlines(platform);
        Platform foreign = platform.ofForeignCode();
        this.reminders = foreign == platform ? deadlines : new Deadlines(foreign);
        this.instruments = new Instruments(settings.instruments);
        this.propagation = new Propagation(settings.propagators);
        this.detectsDeadlocks = settings.deadlockPause != null;
        if (!(platform instanceof SystemPlatform)) RacePoint.turnOn();
    }

    /// Opens a scheduler on the real machine.
    public static Scheduler open() {
        return builder().build();
    }

    /// Returns a scheduler for the [Rehearsal] alone.
    static Scheduler unrehearsed() {
        return new Scheduler(builder().platform(SystemPlatform.WITHOUT_CARRIERS));
    }

    /// Returns the settings of a scheduler to be built.
    public static Builder builder() {
        return new Builder();
    }

    /// Returns a scheduler for small programs, shared by all of them in this JVM. It cannot be closed.
    public static Scheduler shared() {
        return Shared.SCHEDULER;
    }

    /// Returns the scheduler of the calling task. **Not a checkpoint.**
    ///
    /// @throws IllegalStateException if the calling thread runs no task
    public static Scheduler current() {
        return Task.current("Scheduler.current").scheduler();
    }

    /// Returns the scheduler of the calling task; null if the calling thread runs none. Quick in both cases.
    public static @Nullable Scheduler currentOrNull() {
        Task<?> task = Task.currentOrNull();
        return task == null ? null : task.scheduler();
    }

    private static final class Shared {
        static final Scheduler SCHEDULER = open();
    }

    /// Runs the body as the root task of a new run, on the calling thread. Returns when all tasks of the run
    /// have ended.
    ///
    /// When the run is cancelled, code that blocks is interrupted. A virtual thread reacts to that
    /// everywhere. A platform thread that blocks in a socket (`accept`, `read`, `connect`) or reads from
    /// another process does not, and then neither [#close()] nor a deadline can end its run: there, let
    /// [onCancel][dev.structured.core.interop.Blocking#onCancel] close the socket. A task that goes on for a
    /// second after it was cancelled is logged with its stack: see [Instrument#taskStuck].
    ///
    /// @param name the first part of its tasks' paths
    /// @throws X if the body throws it
    /// @throws ScopeCancelledException if the run was cancelled as a whole: the scheduler was closed, the
    ///     grace of a requested stop was over, its root was cancelled, or a thread of the run was interrupted
    ///     from outside
    /// @throws RunCrashedException if a system task of the run failed
    /// @throws DeadlockException if the scheduler looks for deadlocks, and no task of the run could go on
    /// @throws SchedulerClosedException if the scheduler is closed or closing
    /// @throws IllegalStateException if the calling thread is in a run already
    public <X extends Exception> void run(String name, Body<X> body) throws X {
        call(name, Bodies.valued(body));
    }

    /// Runs the body like [#run], and returns its value.
    ///
    /// @throws X if the body throws it
    /// @throws ScopeCancelledException if the run was cancelled as a whole: the scheduler was closed, the
    ///     grace of a requested stop was over, its root was cancelled, or a thread of the run was interrupted
    ///     from outside
    /// @throws RunCrashedException if a system task of the run failed
    /// @throws DeadlockException if the scheduler looks for deadlocks, and no task of the run could go on
    /// @throws SchedulerClosedException if the scheduler is closed or closing
    /// @throws IllegalStateException if the calling thread is in a run already
    public <T extends @Nullable Object, X extends Exception> T call(String name, ValueBody<T, X> body)
            throws X {
        Task<T> root = newRoot(name);
        StackRoom.require();
        register(root);
        boolean adopted = false;
        try {
            platform.adopt();
            adopted = true;
            root.racePoint("run is registered");
            return Run.call(root, body);
        } finally {
            unregister(root);
            if (adopted) platform.release();
        }
    }

    private <T extends @Nullable Object> Task<T> newRoot(String name) {
        Task<?> running = Task.currentOrNull();
        if (running != null) {
            throw new IllegalStateException(
                    "Run '" + name + "' cannot start on the thread of task '" + running.path()
                            + "': runs do not nest. Open a nursery or a cancel scope there instead.");
        }
        return new Task<>(this, name);
    }

    /* --- The runs --- */

    private void register(Task<?> root) {
        synchronized (lock) {
            if (state != State.OPEN) {
                throw new SchedulerClosedException(root.name());
            }
            roots.add(root.gate());
            runs++;
        }
    }

    private void unregister(Task<?> root) {
        boolean last;
        synchronized (lock) {
            roots.remove(root.gate());
            last = --runs == 0;
        }
        root.racePoint("run has ended");
        if (last) closers.unparkAll();
    }

    /// Returns the roots of the runs that are going on, the youngest first.
    List<Task<?>> roots() {
        List<Task<?>> running = new ArrayList<>();
        synchronized (lock) {
            roots.addAllTo(running);
        }
        return running;
    }

    private boolean hasRuns() {
        synchronized (lock) {
            return runs > 0;
        }
    }

    /// The statistics of a scheduler at one moment.
    ///
    /// @param runs the number of runs that are going on
    /// @param tasks the number of tasks, roots and system tasks included
    /// @param waitingTasks the number of tasks in a wait of this library; the others run, or block in other
    ///     code
    /// @param deadlines the number of deadlines and sleeps that are set
    /// @param nextDeadline the time until the first of them; null if there is none
    public record Statistics(int runs, int tasks, int waitingTasks, int deadlines,
            @Nullable Duration nextDeadline) {}

    /// Returns its statistics, counted by walking the tree. **Thread-safe.**
    public Statistics statistics() {
        int[] tasks = {0};
        int[] waiting = {0};
        List<Task<?>> running = roots();
        for (Task<?> root : running) {
            CancelTree.walk(root, task -> {
                tasks[0]++;
                if (task.gate().pendingWait() != null) waiting[0]++;
            });
        }
        return new Statistics(running.size(), tasks[0], waiting[0], deadlines.size(), deadlines.untilFirst());
    }

    /// Returns the time in nanoseconds, as deadlines count it: from an arbitrary start, never negative.
    public long nanoTime() {
        return platform.nanoTime();
    }

    /// Returns the deadline that is `delay` from now.
    ///
    /// @throws IllegalArgumentException if the delay is negative
    public Deadline deadlineAfter(Duration delay) {
        return Deadline.at(platform, Nanos.after(platform.nanoTime(), Nanos.of(delay)));
    }

    /// Returns its platform. For code that builds on this library and has to start threads that belong to no
    /// task, or to wait on one of them.
    public Platform platform() {
        return platform;
    }

    /// Returns true if it was built to [look for deadlocks][Builder#detectDeadlocks].
    public boolean detectsDeadlocks() {
        return detectsDeadlocks;
    }

    /// Returns the body, wrapped so that the [propagators][Builder#propagator] carry their context over from
    /// the calling thread to the one that is going to run it. Needed only for threads that belong to no task:
    /// the code of tasks is wrapped anyway.
    public <T extends @Nullable Object> ValueBody<T, ?> propagating(ValueBody<T, ?> body) {
        return propagation.around(body);
    }

    /* --- Closing --- */

    /// Refuses new runs, and asks those that are going on to end by themselves, like
    /// [CancelScope#requestStop]. Runs that have not ended when the grace is over are cancelled with the
    /// reason *shutdown*. Does not wait for them: [#close()] does. **Thread-safe.**
    ///
    /// @throws IllegalArgumentException if the grace is negative
    /// @throws IllegalStateException on the shared scheduler
    public void requestStop(Duration grace) {
        Nanos.of(grace);
        refuseIfShared();
        synchronized (lock) {
            if (state == State.CLOSED) return;
            state = State.CLOSING;
        }
        for (Task<?> root : roots()) root.base().requestStop(grace);
    }

    private void refuseInTask() {
        Task<?> running = Task.currentOrNull();
        if (running == null) return;
        boolean own = running.scheduler() == this;
        throw new IllegalStateException(
                "Scheduler.close waits for the end of all runs, and was called in task '"
                        + running.path() + "' of "
                        + (own ? "one of them, which" : "another scheduler, whose thread")
                        + " would wait for " + (own ? "itself" : "it without being cancellable")
                        + ". Close it where no task runs; in a task, requestStop(grace) does not wait.");
    }

    private void refuseIfShared() {
        if (this == Shared.SCHEDULER)
            throw new IllegalStateException("The shared scheduler cannot be closed");
    }

    /// Refuses new runs, cancels those that are going on with the reason *shutdown*, and waits until they
    /// have ended.
    ///
    /// @throws IllegalStateException if called from a task, or on the shared scheduler
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /// Refuses new runs and asks those that are going on to come to their end within `grace`; then cancels
    /// the rest with the reason *shutdown*, and waits until they have ended, however long that takes: see
    /// [#run]. Blocks. A second call does the same with its own grace.
    ///
    /// @throws IllegalArgumentException if the grace is negative
    /// @throws IllegalStateException if called from a task, or on the shared scheduler
    /// @throws ScopeCancelledException if the calling thread is interrupted during the wait; the runs have
    ///     been cancelled then, but not awaited
    public void close(Duration grace) {
        Nanos.of(grace);
        refuseIfShared();
        refuseInTask();
        Task<@Nullable Void> closer = newRoot("close");
        synchronized (lock) {
            if (state == State.CLOSED) return;
            state = State.CLOSING;
        }
        platform.adopt();
        try {
            Run.call(closer, () -> {
                if (!grace.isZero()) {
                    for (Task<?> root : roots()) root.base().requestStop(grace);
                    new CancelScope("grace").withTimeout(grace).run(this::awaitRuns);
                }
                cancelRuns();
                awaitRuns();
                return null;
            });
        } finally {
            cancelRuns();
            platform.release();
        }
        synchronized (lock) {
            state = State.CLOSED;
        }
        deadlines.shutDown();
        reminders.shutDown();
        Platform.Alarm known = watch;
        if (known != null) known.close();
    }

    private void awaitRuns() {
        while (closers.parkIf(this::hasRuns)) {
            // woken by the last run to end; look again
        }
    }

    private void cancelRuns() {
        for (Task<?> root : roots()) {
            root.base().cancel(CancelReason.Source.SHUTDOWN, "the scheduler is closing");
        }
    }

    /* --- For its tasks --- */

    Deadlines deadlines() {
        return deadlines;
    }

    Deadlines reminders() {
        return reminders;
    }

    Instruments instruments() {
        return instruments;
    }

    Propagation propagation() {
        return propagation;
    }

    @Override
    public String toString() {
        synchronized (lock) {
            return "Scheduler[" + state + " runs=" + runs + "]";
        }
    }

    /// The settings of a scheduler.
    public static final class Builder {
        private Platform platform = Platform.system();
        private final List<Instrument> instruments = new ArrayList<>();
        private final List<Propagator> propagators = new ArrayList<>();
        private @Nullable Duration deadlockPause;

        private Builder() {}

        /// Sets the platform; [Platform#system()] unless set.
        ///
        /// @return this builder
        public Builder platform(Platform platform) {
            this.platform = platform;
            return this;
        }

        /// Adds an observer.
        ///
        /// @return this builder
        public Builder instrument(Instrument instrument) {
            instruments.add(instrument);
            return this;
        }

        /// Adds a propagator, which carries context from a task's thread to the threads of the tasks that it
        /// starts.
        ///
        /// @return this builder
        public Builder propagator(Propagator propagator) {
            propagators.add(propagator);
            return this;
        }

        /// Binds scoped values in each task to the values that they have where it is started. A virtual
        /// thread does not see the bindings of the thread that starts it, and bindings cannot be listed, so
        /// each is named here.
        ///
        /// @return this builder
        public Builder rebind(ScopedValue<?>... values) {
            return propagator(Propagation.of(List.of(values)));
        }

        /// Looks for deadlocks: when every task of the scheduler waits, no deadline is set, and no [RunEntry]
        /// is open, its runs are cancelled and throw a [DeadlockException] with the task tree.
        ///
        /// Only for schedulers whose tasks are woken by each other, by deadlines and by open entries alone:
        /// the search cannot foresee that a thread from outside calls [CancelScope#cancel()] or
        /// [ParkingLot#unpark].
        ///
        /// @param pause the time between two looks; a platform that knows when nothing runs looks at those
        ///     times instead
        /// @return this builder
        public Builder detectDeadlocks(Duration pause) {
            deadlockPause = pause;
            return this;
        }

        /// Returns a new scheduler.
        public Scheduler build() {
            Rehearsal.once();
            Scheduler scheduler = new Scheduler(this);
            TaskLookup.mayBeIn(scheduler);
            if (deadlockPause != null) {
                scheduler.watch = platform.watch(deadlockPause, new Deadlocks(scheduler)::look);
            }
            return scheduler;
        }
    }
}
