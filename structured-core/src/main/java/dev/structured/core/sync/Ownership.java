package dev.structured.core.sync;

import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The owner of a [TaskLock], and the tasks that wait for it or for its conditions. Nothing in here waits.
///
/// ```
///   state         who has it   who waits
///
///   null          nobody       nobody
///   a Task        that task    nobody
///   a Tenure      its task     maybe somebody; the task's end has a hook
///   AWAITED       nobody       maybe somebody, for a condition
///   a Broken      nobody       nobody, and never again
///
///   null ◀──▶ Task        taken and released, by compare-and-set, without the monitor
///
///   under the monitor:    Task ──▶ Tenure                  somebody begins to wait
///                         Tenure ──▶ Task, Tenure          released, to the first that waits
///                                ──▶ AWAITED, null         released, to nobody
///                         AWAITED ──▶ Task, Tenure         taken
///                         Task, Tenure ──▶ Broken          its owner has ended
/// ```
///
/// 1. A queue has entries only while the state is a Tenure; while it is AWAITED, only the queue of a
///    condition has. So a release finds the waiting tasks, and no later task overtakes them.
/// 2. A task that has ended releases no lock. So if a thread sees that the task has ended, and *after that*
///    that it is still the owner, the lock is broken.
/// 3. Each Tenure is a hook of its task's end, from shortly after it becomes the state until shortly after it
///    is replaced. Hooks are added and removed without the monitor, so in any order. Therefore the thread
///    that has added one checks again whether it is the state, and the thread that has replaced the state
///    removes the old hook afterwards: none is left behind. A hook that runs although it is not the state
///    does nothing.
final class Ownership {
    private static final Object AWAITED = "nobody has it, but a task may wait for a condition";
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Ownership.class, "state", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Broken(String why) {}

    /// The ownership of one task while others wait. A new object each time: see 3.
    private static final class Tenure implements Runnable {
        private final Ownership ownership;
        final Task<?> task;
        /// True if there was no space to add the hook. The next task that waits adds it.
        private volatile boolean unnoticed;

        Tenure(Ownership ownership, Task<?> task) {
            this.ownership = ownership;
            this.task = task;
        }

        void lookOut() {
            try {
                task.addHook(this);
            } catch (VirtualMachineError e) {
                unnoticed = true;
                throw e;
            }
            if (ownership.state != this) lookAway();
        }

        void lookAway() {
            task.removeHook(this);
        }

        /// The task has ended.
        @Override
        public void run() {
            ownership.breakIfStill(this, task);
        }
    }

    /// A task's place in the queue for the lock, or for a condition.
    static final class Place extends Waiter {
        /// The tenure that the task gets if others wait behind it. Made before it waits.
        private @Nullable Tenure prepared;
        /// Set when the task gets the lock while another one waits.
        private @Nullable Tenure tenure;

        Place(Wait<Waiter> wait) {
            super(wait);
        }
    }

    private final Object monitor = new Object();
    private volatile @Nullable Object state;
    /// Both guarded by the monitor, as are the queues in the list, which are those of conditions with waiting
    /// tasks.
    private final WaitQueue<Place> queue = new WaitQueue<>();
    private final List<WaitQueue<Place>> awaited = new ArrayList<>(0);

    /* --- Taking --- */

    /// Takes the lock if no task has it, and none waits for it or for a condition.
    boolean take(Task<?> me) {
        return state == null && STATE.compareAndSet(this, (Object) null, (Object) me);
    }

    /// Takes the lock if no task has it.
    boolean takeFree(Task<?> me) {
        if (take(me)) return true;
        if (state != AWAITED) return false;
        Tenure begun;
        synchronized (monitor) {
            if (state != AWAITED) return take(me);
            begun = takeAwaited(me);
        }
        if (begun != null) lookOutOrRelease(begun);
        return true;
    }

    /// Takes the lock if no task has it, and puts the task into the queue otherwise. If the lock is broken,
    /// so is that wait.
    ///
    /// @return false if the task has the lock now
    boolean queueUnlessFree(Task<?> me, Place place) {
        Tenure begun = null;
        Object seen;
        place.prepared = new Tenure(this, me);
        synchronized (monitor) {
            for (seen = state; seen == null || seen instanceof Task; seen = state) {
                if (take(me)) return false;
                if (seen instanceof Task<?> owner) {
                    Tenure tenure = new Tenure(this, owner);
                    if (STATE.compareAndSet(this, seen, (Object) tenure)) begun = tenure;
                }
            }
            if (seen == AWAITED) begun = takeAwaited(me);
            else if (seen instanceof Tenure tenure) {
                queue.add(place);
                if (claim(tenure)) begun = tenure;
            }
        }
        if (begun != null) lookOutOrLeave(begun, place);
        if (seen instanceof Broken broken) place.wait.breakOff(broken.why());
        return seen != AWAITED;
    }

    /// Holding the monitor.
    private @Nullable Tenure takeAwaited(Task<?> me) {
        Tenure begun = awaited.isEmpty() ? null : new Tenure(this, me);
        state = begun == null ? me : begun;
        return begun;
    }

    void leave(Place place) {
        synchronized (monitor) {
            queue.remove(place);
        }
    }

    /* --- Releasing --- */

    /// Releases the lock if the task has it, and none waits for it or for a condition.
    boolean releaseUnawaited(Task<?> me) {
        return STATE.compareAndSet(this, (Object) me, (Object) null);
    }

    /// Gives the lock to the first waiting task, which this wakes; if none waits, the lock is free. Called by
    /// its owner.
    void release() {
        releaseAndQueue(null, null);
    }

    /// Lets the owner wait for a condition, and releases the lock, in one step.
    void releaseAndQueue(@Nullable WaitQueue<Place> condition, @Nullable Place place) {
        Object before;
        Place next;
        synchronized (monitor) {
            if (condition != null && place != null) {
                place.prepared = new Tenure(this, place.wait.task());
                if (condition.isEmpty()) awaited.add(condition);
                condition.add(place);
            }
            before = state;
            next = handOver();
        }
        if (before instanceof Tenure over) over.lookAway();
        if (next != null) next.wait.wake();
    }

    /// The calling task has been given the lock at this place: looks out for its end, if others wait. If
    /// there is no space for that, it does not have the lock.
    void lookOut(Place place) {
        if (place.tenure != null) lookOutOrRelease(place.tenure);
    }

    /// Looks out like [#lookOut], for a task that keeps the lock in any case: tries again until there is
    /// space, unless a task that waits has done it.
    void lookOutAnyway(Place place) {
        Tenure begun = place.tenure;
        while (begun != null) {
            try {
                begun.lookOut();
                return;
            } catch (OutOfMemoryError e) {
                awaitSpace();
                if (!claim(begun)) return;
            }
        }
    }

    /// Returns true if the hook is still to be added, and leaves that to the caller.
    private boolean claim(Tenure tenure) {
        synchronized (monitor) {
            boolean mine = tenure.unnoticed;
            tenure.unnoticed = false;
            return mine;
        }
    }

    /// There may be more space in a moment.
    static void awaitSpace() {
        Scheduler.current().platform().yieldNow();
    }

    private void lookOutOrRelease(Tenure begun) {
        try {
            begun.lookOut();
        } catch (VirtualMachineError e) {
            release();
            throw e;
        }
    }

    /// Looks out for the end of the owner, for whom the task at the place waits, or for its own. If there is
    /// no space for that, it does not wait, or does not have the lock.
    private void lookOutOrLeave(Tenure begun, Place place) {
        try {
            begun.lookOut();
        } catch (VirtualMachineError e) {
            if (begun.task == place.wait.task()) release();
            else if (place.wait.decide(place)) leave(place);
            else
                return; // it has been given the lock, or is cancelled
            throw e;
        }
    }

    /// Holding the monitor. The new owner is written before its wait is decided, since it may see the
    /// decision at once and run on without being woken. A cancelled task sees nothing of this before it takes
    /// the monitor to leave the queue.
    private @Nullable Place handOver() {
        for (Place next = queue.poll(); next != null; next = queue.poll()) {
            Task<?> heir = next.wait.task();
            if (!queue.isEmpty() || !awaited.isEmpty()) next.tenure = next.prepared;
            state = next.tenure == null ? heir : next.tenure;
            if (next.wait.decide(next)) return next;
        }
        state = awaited.isEmpty() ? null : AWAITED;
        return null;
    }

    /* --- Conditions --- */

    /// Moves up to `count` waits for the condition, the longest first, to the end of the queue for the lock.
    /// Called by the owner.
    void signal(WaitQueue<Place> condition, int count) {
        synchronized (monitor) {
            for (int moved = 0; moved < count && !condition.isEmpty(); moved++) queue.add(pollOf(condition));
            forgetIfEmpty(condition);
        }
    }

    private static Place pollOf(WaitQueue<Place> condition) {
        return Objects.requireNonNull(condition.poll());
    }

    /// Takes out a wait for a condition that has ended without the lock.
    ///
    /// @return false if it was signalled before, or the lock is broken
    boolean leave(WaitQueue<Place> condition, Place place) {
        synchronized (monitor) {
            boolean waited = condition.remove(place);
            if (waited) forgetIfEmpty(condition);
            else
                queue.remove(place);
            return waited;
        }
    }

    /// Holding the monitor.
    private void forgetIfEmpty(WaitQueue<Place> condition) {
        if (!condition.isEmpty()) return;
        for (int i = awaited.size() - 1; i >= 0; i--) {
            if (awaited.get(i) == condition) awaited.remove(i);
        }
    }

    /* --- The owner's end --- */

    void breakIfOwnerEnded() {
        Object seen = state;
        Task<?> owner = ownerOf(seen);
        if (owner != null && owner.isDone()) breakIfStill(seen, owner);
    }

    /// Breaks the lock if its owner, which has ended, still has it: the state would never change by itself.
    private void breakIfStill(@Nullable Object seen, Task<?> owner) {
        if (state != seen) return;
        String why = "task '" + owner.path() + "', which had it, has ended without releasing it";
        Woken left = new Woken();
        synchronized (monitor) {
            if (!STATE.compareAndSet(this, seen, (Object) new Broken(why))) return;
            takeAll(queue, left);
            for (int i = 0; i < awaited.size(); i++) takeAll(awaited.get(i), left);
            awaited.clear();
        }
        left.breakOff(why);
    }

    private static void takeAll(WaitQueue<Place> from, Woken left) {
        for (Place place = from.poll(); place != null; place = from.poll()) left.add(place);
    }

    /* --- Its state --- */

    /// Returns the owner; null if there is none.
    @Nullable
    Task<?> owner() {
        return ownerOf(state);
    }

    private static @Nullable Task<?> ownerOf(@Nullable Object state) {
        return state instanceof Task<?> task ? task : state instanceof Tenure tenure ? tenure.task : null;
    }

    /// Returns the reason why it is broken, in words; null if it is not.
    @Nullable
    String brokenBy() {
        return state instanceof Broken broken ? broken.why() : null;
    }

    TaskLock.Statistics statistics() {
        synchronized (monitor) {
            return new TaskLock.Statistics(owner(), queue.size(), brokenBy());
        }
    }

    int waitingFor(WaitQueue<Place> condition) {
        synchronized (monitor) {
            return condition.size();
        }
    }
}
