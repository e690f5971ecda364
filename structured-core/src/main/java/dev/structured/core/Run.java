package dev.structured.core;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// One run: the life of its root on the adopted thread, and the tasks beside the root's code.
///
/// ```
///   root code runs      root code has ended
///   ─────────────▶ OPEN ────▶ system tasks: cancelled, awaited ──▶ the entry: drained ──▶ ENDED
/// ```
///
/// System tasks are outside the root's scope, so that a cancellation of the run does not reach them and the
/// root's cleanup can still use them. They are cancelled when the root's code has ended. The task that serves
/// the entry ends last, so that every accepted post is run.
final class Run {
    final Scheduler scheduler;
    final Platform platform;
    final Task<?> root;
    final Disturbances disturbances = new Disturbances();

    /// True once a thread of this run has been interrupted from outside.
    private volatile boolean interruptedFromOutside;

    /// All guarded by this. Null until used.
    private @Nullable TaskGroup system;
    private @Nullable TaskGroup entry;
    private @Nullable EntryQueue queue;
    private boolean ending;
    /// The first failure of a system task or a post, the others suppressed in it.
    private @Nullable Throwable crash;
    /// The task tree at the time of a deadlock; null if there was none.
    private @Nullable String deadlock;

    Run(Scheduler scheduler, Task<?> root) {
        this.scheduler = scheduler;
        this.platform = scheduler.platform();
        this.root = root;
    }

    /* --- The root --- */

    /// Runs the body as the root task on the calling thread, and returns when all tasks of the run have
    /// ended.
    ///
    /// @param root the root of this run
    static <T extends @Nullable Object, X extends Exception> T call(Task<T> root, ValueBody<T, X> body)
            throws X {
        CancelScope scope = root.base();
        T value = null;
        Throwable outcome = null;
        try {
            scope.enterAsRoot(root);
            root.begin();
            value = body.call();
            root.noticeSwallowed(null);
        } catch (Throwable thrown) {
            outcome = Classification.of(root, thrown);
        }
        RuntimeException crash;
        Throwable rest;
        try {
            crash = root.run().endBeside();
            rest = scope.closeClassified(root, outcome);
            root.gate().close();
        } finally {
            endRoot(root, value, outcome);
        }
        return result(root, value, outcome, rest, crash);
    }

    private static <T extends @Nullable Object> void endRoot(Task<T> root, @Nullable T value,
            @Nullable Throwable outcome) {
        try {
            root.end(value, outcome);
        } finally {
            TaskLookup.detach();
            if (root.run().interruptedFromOutside) Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("NullAway") // the body's own value
    private static <T extends @Nullable Object> T result(Task<T> root, @Nullable T value,
            @Nullable Throwable outcome, @Nullable Throwable rest, @Nullable RuntimeException crash) {
        if (crash != null) {
            if (rest != null) Suppressed.add(crash, rest); // one of ours, so it takes it
            throw crash;
        }
        if (rest != null) throw Rethrow.unchecked(rest);
        if (outcome != null) throw new ScopeCancelledException(root.base().requireReason());
        return value;
    }

    /* --- Beside the root --- */

    /// Returns the group of the system tasks.
    ///
    /// @throws IllegalStateException if the root's code has ended
    synchronized TaskGroup system() {
        refuseWhenEnding("a system task");
        if (system == null) system = TaskGroup.besideRoot("system", root);
        return system;
    }

    /// Returns the queue by which threads from outside get in, and starts the task that serves it.
    ///
    /// @throws IllegalStateException if the root's code has ended
    EntryQueue queue() {
        ParkingLot idle = new ParkingLot("posts from outside");
        EntryQueue made;
        TaskGroup group;
        synchronized (this) {
            refuseWhenEnding("an entry");
            if (queue != null) return queue;
            made = new EntryQueue(root.name(), idle::unparkAll,
                    thrown -> crashed("a post from outside", thrown));
            group = TaskGroup.besideRoot("entry", root);
            queue = made;
            entry = group;
        }
        // No lock is held here. The run cannot end before this returns, since it waits for the calling task.
        boolean served = false;
        try {
            group.startSystem("entry", () -> serve(made, idle));
            served = true;
        } finally {
            if (!served) forget(made);
        }
        return made;
    }

    /// Nobody serves the queue: the next one that asks gets another.
    private void forget(EntryQueue unserved) {
        synchronized (this) {
            queue = null;
            entry = null;
        }
        unserved.close();
    }

    /// The task of the entry: waits for posts, runs them in batches, and lets others run between two batches.
    /// It ends when the queue is closed and empty.
    private static void serve(EntryQueue posts, ParkingLot idle) {
        // A post may cancel the task that it runs on; the others are run all the same.
        new CancelScope("entry").withShield().hearingStops().run(() -> {
            while (!posts.isClosed()) {
                idle.parkIf(posts::isIdle);
                posts.runBatch();
                Task.current("the entry of a run").yieldNow();
            }
            while (posts.size() > 0)
                posts.runBatch(); // closed: no more posts come after these
        });
    }

    private void refuseWhenEnding(String what) {
        if (ending) {
            throw new IllegalStateException(
                    "Run '" + root.name() + "' is ending: its root's code has returned, so "
                            + what + " cannot begin");
        }
    }

    /// A system task or a post failed: no task waits for its result, so the whole run stops, and throws it.
    void crashed(String who, Throwable thrown) {
        boolean kept = true;
        synchronized (this) {
            if (crash == null) crash = thrown;
            else
                kept = Suppressed.add(crash, thrown);
        }
        if (!kept) scheduler.instruments().errorDropped(root, thrown);
        root.base().cancel(CancelReason.Source.CHILD_FAILED, who + " threw " + Words.of(thrown));
    }

    /// No task can go on: cancels the run, which then throws the tree of its tasks.
    void deadlocked(String tree) {
        synchronized (this) {
            if (deadlock != null) return; // the tasks that are left after the first time are behind a shield
            deadlock = tree;
        }
        root.base().cancel(CancelReason.Source.DEADLOCK, "every task waits, and nothing could wake one");
    }

    /// Ends the tasks beside the root, whose code has ended. Called on the root's thread; waits even if it is
    /// cancelled.
    ///
    /// @return the failure of a system task or a post that stopped the run; null if there was none
    private @Nullable RuntimeException endBeside() {
        TaskGroup tasks;
        TaskGroup posts;
        EntryQueue accepted;
        synchronized (this) {
            ending = true;
            tasks = system;
            posts = entry;
            accepted = queue;
        }
        if (tasks != null) tasks.endBesideRoot();
        if (accepted != null) accepted.close();
        if (posts != null) posts.joinBesideRoot(); // nothing cancels it: its task ends when all has been run
        synchronized (this) {
            if (crash != null) return new RunCrashedException(root.name(), crash);
            return deadlock == null ? null : new DeadlockException(root.name(), deadlock);
        }
    }

    void addSystemTasksTo(Collection<Task<?>> tasks) {
        TaskGroup first;
        TaskGroup second;
        synchronized (this) {
            first = system;
            second = entry;
        }
        if (first != null) first.addChildrenTo(tasks);
        if (second != null) second.addChildrenTo(tasks);
    }

    /// Returns true if threads from outside may still post something to this run, or have posted something
    /// that has not begun.
    boolean hasOpenEntry() {
        EntryQueue known;
        synchronized (this) {
            known = queue;
        }
        return known != null && known.isOpen();
    }

    /* --- Interrupts --- */

    /// The thread of a task was interrupted from outside. Cancels the run; the thread that was adopted for it
    /// gets its flag back at the end. **Thread-safe.**
    void interruptedFromOutside(Task<?> task) {
        interruptedFromOutside = true;
        root.base().cancel(CancelReason.Source.INTERRUPTED,
                "the thread of task '" + task.path() + "' was interrupted from outside the run");
    }
}
