package dev.structured.core;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// The common part of the tasks of one run: its scheduler, its root, and the tasks beside the root's
/// code.
///
/// ```
///   root's code runs          the root's code has ended
///   ───────────────────▶ OPEN ──────────▶ system tasks are cancelled and awaited ──▶ the entry is drained ──▶ ENDED
/// ```
///
/// System tasks hang outside the root's scope, so that what cancels the run leaves them to the root's
/// cleanup; they are cancelled when that is over. The entry's task is the last, so that every post that was
/// accepted is run.
final class Run {
    final Scheduler scheduler;
    final Platform platform;
    final Task<?> root;

    /// Somebody outside interrupted a thread of this run.
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
        EntryQueue made;
        TaskGroup group;
        synchronized (this) {
            refuseWhenEnding("an entry");
            if (queue != null) return queue;
            made = new EntryQueue(root.name(), thrown -> crashed("a post from outside", thrown));
            group = TaskGroup.besideRoot("entry", root);
            queue = made;
            entry = group;
        }
        // With no lock held. The run does not end before this returns: it waits for the calling task.
        group.startSystem("entry", made);
        return made;
    }

    private void refuseWhenEnding(String what) {
        if (ending) {
            throw new IllegalStateException(
                    "Run '" + root.name() + "' is ending: its root's code has returned, so "
                            + what + " cannot begin");
        }
    }

    /// A system task or a post failed: nobody asked for its result, so the whole run stops, and throws it.
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
            if (deadlock != null) return; // what is left after the first time is behind a shield
            deadlock = tree;
        }
        root.base().cancel(CancelReason.Source.DEADLOCK, "every task waits, and nothing could wake one");
    }

    /// The root's code has ended: ends what goes on beside it. On the root's thread; waits, whatever is
    /// cancelled.
    ///
    /// @return what stopped the run from beside its root; null if nothing did
    @Nullable
    RuntimeException end() {
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

    /// Returns true if threads from outside may still post something to this run, or have and it has not
    /// begun.
    boolean hasOpenEntry() {
        EntryQueue known;
        synchronized (this) {
            known = queue;
        }
        return known != null && known.isOpen();
    }

    /* --- Interrupts --- */

    /// Somebody outside interrupted the thread of a task. The run is cancelled; the thread that was adopted
    /// for it gets its flag back at the end. **Thread-safe.**
    void interruptedFromOutside(Task<?> task) {
        interruptedFromOutside = true;
        root.base().cancel(CancelReason.Source.INTERRUPTED,
                "the thread of task '" + task.path() + "' was interrupted from outside the run");
    }

    boolean wasInterruptedFromOutside() {
        return interruptedFromOutside;
    }
}
