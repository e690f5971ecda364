package dev.structured.core.sync;

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
///   a Tenure      its task     maybe somebody; the task's end is being looked out for
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
/// 1. There is somebody in a queue only while the state is a Tenure, or AWAITED and then in that of a
///    condition. So a release finds the waiting tasks, and none that comes later overtakes them.
/// 2. A task that has ended releases nothing any more. So if it is seen to have ended, and *after that* found
///    to be the owner still, then the lock is broken.
/// 3. Each Tenure is a hook of its task's end from shortly after it has become the state until shortly after
///    it no longer is. Hooks are added and removed without the monitor, so in any order. Therefore the thread
///    that has added one looks again whether it is the state, and the thread that has replaced the state
///    removes its hook afterwards: none is left behind. A hook that runs although it is not the state does
///    nothing.
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

    /// The time for which a task has the lock while somebody waits. A new one each time: see 3.
    private static final class Tenure implements Runnable {
        private final Ownership ownership;
        final Task<?> task;

        Tenure(Ownership ownership, Task<?> task) {
            this.ownership = ownership;
            this.task = task;
        }

        void lookOut() {
            task.addHook(this);
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
        /// Set when it is given the lock while somebody else waits.
        private @Nullable Tenure tenure;

        Place(Wait<Waiter> wait) {
            super(wait);
        }
    }

    private final Object monitor = new Object();
    private volatile @Nullable Object state;
    /// Both guarded by the monitor, as are the queues in the list: those of the conditions that somebody
    /// waits for.
    private final WaitQueue<Place> queue = new WaitQueue<>();
    private final List<WaitQueue<Place>> awaited = new ArrayList<>(0);

    /* --- Taking --- */

    /// Takes the lock, if nobody has it and nobody waits for anything.
    boolean take(Task<?> me) {
        return state == null && STATE.compareAndSet(this, (Object) null, (Object) me);
    }

    /// Takes the lock, if nobody has it.
    boolean takeFree(Task<?> me) {
        if (take(me)) return true;
        if (state != AWAITED) return false;
        Tenure begun;
        synchronized (monitor) {
            if (state != AWAITED) return take(me);
            begun = takeAwaited(me);
        }
        if (begun != null) begun.lookOut();
        return true;
    }

    /// Takes the lock if nobody has it, and lets the task wait otherwise. If the lock is broken, then so is
    /// that wait.
    ///
    /// @return false if the task has the lock now
    boolean queueUnlessFree(Task<?> me, Place place) {
        Tenure begun = null;
        Object seen;
        synchronized (monitor) {
            for (seen = state; seen == null || seen instanceof Task; seen = state) {
                if (take(me)) return false;
                if (seen instanceof Task<?> owner) {
                    Tenure tenure = new Tenure(this, owner);
                    if (STATE.compareAndSet(this, seen, (Object) tenure)) begun = tenure;
                }
            }
            if (seen == AWAITED) begun = takeAwaited(me);
            else if (seen instanceof Tenure) queue.add(place);
        }
        if (begun != null) begun.lookOut();
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

    /// Releases the lock, if the task has it and nobody waits for anything.
    boolean releaseUnawaited(Task<?> me) {
        return STATE.compareAndSet(this, (Object) me, (Object) null);
    }

    /// Gives the lock to the first that waits, which this wakes, or to nobody. By its owner.
    void release() {
        releaseAndQueue(null, null);
    }

    /// Lets the owner wait for a condition, and releases the lock, in one step.
    void releaseAndQueue(@Nullable WaitQueue<Place> condition, @Nullable Place place) {
        Object before;
        Place next;
        synchronized (monitor) {
            if (condition != null && place != null) {
                if (condition.isEmpty()) awaited.add(condition);
                condition.add(place);
            }
            before = state;
            next = handOver();
        }
        if (before instanceof Tenure over) over.lookAway();
        if (next == null) return;
        if (next.tenure != null) next.tenure.lookOut();
        next.wait.wake();
    }

    /// Holding the monitor. The heir is written before its wait is decided: it may see that at once, and run
    /// on without being woken. One that has been cancelled sees nothing before it has had the monitor, to
    /// leave.
    private @Nullable Place handOver() {
        for (Place next = queue.poll(); next != null; next = queue.poll()) {
            Task<?> heir = next.wait.task();
            if (!queue.isEmpty() || !awaited.isEmpty()) next.tenure = new Tenure(this, heir);
            state = next.tenure == null ? heir : next.tenure;
            if (next.wait.decide(next)) return next;
        }
        state = awaited.isEmpty() ? null : AWAITED;
        return null;
    }

    /* --- Conditions --- */

    /// Moves up to `count` waits for the condition, the longest first, to the end of the queue for the lock.
    /// By its owner.
    void signal(WaitQueue<Place> condition, int count) {
        synchronized (monitor) {
            for (int moved = 0; moved < count && !condition.isEmpty(); moved++) queue.add(pollOf(condition));
            forgetIfEmpty(condition);
        }
    }

    private static Place pollOf(WaitQueue<Place> condition) {
        return Objects.requireNonNull(condition.poll());
    }

    /// Takes out a wait for a condition that is over without its task's having the lock.
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
        if (condition.isEmpty()) awaited.removeIf(one -> one == condition);
    }

    /* --- The owner's end --- */

    void breakIfOwnerEnded() {
        Object seen = state;
        Task<?> owner = ownerOf(seen);
        if (owner != null && owner.isDone()) breakIfStill(seen, owner);
    }

    /// The owner has ended. If the state has not changed, it never will by itself.
    private void breakIfStill(@Nullable Object seen, Task<?> owner) {
        if (state != seen) return;
        String why = "task '" + owner.path() + "', which had it, has ended without releasing it";
        List<Place> left = new ArrayList<>();
        synchronized (monitor) {
            if (!STATE.compareAndSet(this, seen, (Object) new Broken(why))) return;
            queue.removeIf(place -> true, left::add);
            for (WaitQueue<Place> condition : awaited) condition.removeIf(place -> true, left::add);
            awaited.clear();
        }
        for (Place place : left) place.wait.breakOff(why);
    }

    /* --- Looking --- */

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
