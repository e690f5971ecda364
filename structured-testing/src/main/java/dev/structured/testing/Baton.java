package dev.structured.testing;

import dev.structured.core.Platform;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The platform of a simulation. Of its threads, only the one that has the baton runs. At every decision
/// point a [Schedule] chooses the next thread.
///
/// The threads are virtual, and those without the baton wait in [#awaitBaton]. All state belongs to the
/// holder of the baton. Passing the baton on is a volatile write, which also makes the state visible to the
/// next holder. A thread is really started when it first gets the baton.
///
/// This class keeps track of the waits of threads. A waiting thread that is interrupted could go on, but does
/// so only when it gets the baton. Until then its flag is kept here, because a thread cannot park while its
/// flag is set.
///
/// When a fault concerns the simulation as a whole, the simulation is *over*: every thread, one after the
/// other, gets the baton once more and unwinds by [Abandoned].
final class Baton implements Platform {
    private static final long NEVER = Long.MAX_VALUE;
    /// The number of refused calls after which a thread that does not unwind is stopped for good.
    private static final int MOST_REFUSALS = 1_000;

    private final Schedule schedule;
    private final long mostSteps;
    final @Nullable Trace trace;

    private final List<Actor> threads = new ArrayList<>();
    private final List<Actor> alarms = new ArrayList<>();
    private final List<Actor> watches = new ArrayList<>();
    private long lookedAt = -1;
    private int looked;
    private final Map<Thread, Actor> byThread = new HashMap<>();
    private final Queue<Thread> unparkedFromOutside = new ConcurrentLinkedQueue<>();
    private Actor[] options = new Actor[8];
    private int numbers;

    final Choices choices = new Choices();
    private long step;
    private long order;

    private volatile @Nullable Actor holder;
    private volatile long now;
    private volatile boolean over;
    private volatile boolean ended;
    private @Nullable Throwable failure;
    private @Nullable Thread driver;

    Baton(Schedule schedule, long mostSteps, boolean traced) {
        this.schedule = schedule;
        this.mostSteps = mostSteps;
        this.trace = traced ? new Trace() : null;
    }

    /* --- From outside the simulation --- */

    /// Runs the body on the first thread, and returns when no thread is left.
    void run(Runnable body) {
        Actor first = add("main", body, false);
        driver = Thread.currentThread();
        pass(first);
        while (!ended)
            LockSupport.park(this);
    }

    private void ended() {
        ended = true;
        LockSupport.unpark(driver);
    }

    /// Returns the state of the simulation. Read without the baton it may be an old value.
    long steps() {
        return step;
    }

    /// Returns a hash of the order in which the threads went on.
    long order() {
        return order;
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /// The first failure counts: others are often its consequences.
    synchronized void failed(Throwable thrown) {
        if (failure == null) failure = thrown;
    }

    /// Ends the simulation although a thread blocks while it has the baton.
    void stopBlocked(String details) {
        Actor blocked = holder;
        Thread thread = blocked == null ? null : blocked.thread;
        if (thread == null) return;
        StringBuilder text = new StringBuilder(details).append(": thread '").append(thread.getName())
                .append("'");
        for (StackTraceElement frame : thread.getStackTrace()) text.append("\n\tat ").append(frame);
        failed(new Finding(Finding.Kind.REAL_BLOCKING, text.toString()));
        over = true;
        thread.interrupt();
    }

    /// Returns the alarms that are still set.
    long alarmsSet() {
        return alarms.stream().filter(Actor::isSet).count();
    }

    /* --- Threads --- */

    @Override
    public void start(String name, Runnable body) {
        start(name, body, false);
    }

    /// @param injected true if it may begin at any later moment
    void start(String name, Runnable body, boolean injected) {
        if (over) throw refused();
        if (me() == null) throw new IllegalStateException("This thread is not one of the simulation's");
        add(name, body, injected);
        point(trace == null ? "starts" : "starts " + name);
    }

    private Actor add(String name, Runnable body, boolean injected) {
        Actor actor = new Actor(numbers++, name, body, false);
        enlist(actor);
        schedule.arrived(actor, step, injected);
        return actor;
    }

    private void enlist(Actor actor) {
        Thread thread = Thread.ofVirtual().name(actor.name).unstarted(() -> live(actor));
        actor.thread = thread;
        actor.started = false;
        threads.add(actor);
        byThread.put(thread, actor);
    }

    @SuppressWarnings("SwallowedCancelled") // no task runs here; it is reported
    private void live(Actor me) {
        try {
            if (over) throw new Abandoned();
            giveFlagBack(me, Thread.currentThread());
            me.body.run();
        } catch (Throwable thrown) {
            if (!over) failed(thrown);
        } finally {
            end(me);
        }
    }

    private void end(Actor me) {
        byThread.remove(Thread.currentThread());
        me.thread = null;
        threads.remove(me);
        if (threads.isEmpty() && !isAlarmOverdue()) {
            ended();
            return;
        }
        if (!over) {
            Actor next = decide(me, "ends", false);
            if (next != null) {
                pass(next);
                return;
            }
        }
        passToNextLeaving();
    }

    /// Returns true if an alarm's time has come. It rings even if no thread is left, since it may have been
    /// about to.
    private boolean isAlarmOverdue() {
        return !over && alarms.stream().anyMatch(alarm -> alarm.isDue() && alarm.at <= now);
    }

    /// Ends the simulation: the remaining threads unwind in turn. A thread that has not begun never does.
    private void passToNextLeaving() {
        threads.removeIf(actor -> !actor.started);
        if (threads.isEmpty()) ended();
        else
            pass(threads.getFirst());
    }

    @Override
    public void adopt() {
        if (me() == null) {
            throw new IllegalStateException("Thread '" + Thread.currentThread().getName()
                    + "' is not one of the simulation's. Start it with Simulation.thread.");
        }
    }

    @Override
    public void release() {}

    /// Returns the calling thread if it has the baton, as every running thread of the simulation does.
    private @Nullable Actor me() {
        Actor actor = holder;
        return actor != null && actor.thread == Thread.currentThread() ? actor : null;
    }

    /* --- Waiting --- */

    @Override
    public void park(Object blocker) {
        Actor me = me();
        if (me == null) throw new IllegalStateException("This thread is not one of the simulation's");
        if (me.permit) {
            me.permit = false;
            point("need not park");
            return;
        }
        me.parked = true;
        me.blocker = blocker;
        if (me.isRunnable()) me.parked = false;
        decideAndPass(me, "parks", !me.parked);
        me.blocker = null;
    }

    @Override
    public void unpark(Thread thread) {
        Actor me = me();
        if (me == null) {
            unparkedFromOutside.add(thread);
            return;
        }
        unparkNow(thread);
        point("unparks");
    }

    private void unparkNow(Thread thread) {
        Actor actor = byThread.get(thread);
        if (actor == null) return;
        if (actor.parked) actor.parked = false;
        else
            actor.permit = true;
    }

    @Override
    public void interrupt(Thread thread) {
        Actor me = me();
        Actor actor = me == null ? null : byThread.get(thread);
        if (actor == null || actor == me) thread.interrupt();
        else
            actor.flagged = true;
    }

    @Override
    public boolean isInterrupted(Thread thread) {
        Actor actor = me() == null ? null : byThread.get(thread);
        return actor == null ? thread.isInterrupted() : actor.isInterrupted();
    }

    @Override
    public void yieldNow() {
        Actor me = me();
        if (me == null) return;
        schedule.yielded(me);
        point("yields");
    }

    @Override
    public void racePoint(String where) {
        point(where);
    }

    void note(String text) {
        Actor me = me();
        if (trace != null && me != null) trace.note(step, me, text);
    }

    /* --- Time --- */

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Alarm alarm(Runnable ring) {
        Actor actor = new Actor(numbers++, "alarm", () -> {
            point("rings");
            ring.run();
        }, true);
        alarms.add(actor);
        schedule.arrived(actor, step, false);
        return new Alarm() {
            @Override
            public void set(long nanos) {
                actor.at = nanos;
            }

            @Override
            public void close() {
                actor.at = NEVER;
                alarms.remove(actor);
            }
        };
    }

    @Override
    public Alarm watch(Duration pause, Runnable look) {
        Actor actor = new Actor(numbers++, "watch", look, true);
        watches.add(actor);
        return new Alarm() {
            @Override
            public void set(long nanos) {
                // A watch has no time.
            }

            @Override
            public void close() {
                watches.remove(actor);
            }
        };
    }

    /// Returns a watch that is to look, since no thread can go on; null if all have looked, and nothing has
    /// happened since.
    private @Nullable Actor nextWatch() {
        if (lookedAt != step) {
            lookedAt = step;
            looked = 0;
        }
        if (looked == watches.size()) return null;
        Actor watch = watches.get(looked++);
        watch.parked = false;
        enlist(watch);
        return watch;
    }

    /// The alarm's time has come: it becomes a thread that rings.
    private void ring(Actor alarm) {
        now = Math.max(now, alarm.at);
        alarm.at = NEVER;
        alarm.parked = false;
        alarm.permit = false;
        enlist(alarm);
    }

    /* --- Deciding --- */

    private void point(String place) {
        Actor me = me();
        if (me != null) decideAndPass(me, place, true);
    }

    private void decideAndPass(Actor me, String place, boolean goesOn) {
        if (over) throw refused();
        Actor next = decide(me, place, goesOn);
        if (next == null) throw new Abandoned();
        if (next == me) return;
        pass(next);
        awaitBaton(me);
    }

    /// Returns the thread that goes on; null if none can or should, in which case the simulation is over.
    private @Nullable Actor decide(Actor me, String place, boolean goesOn) {
        int count = collect(me, goesOn);
        if (count == 0 && !threads.isEmpty()) {
            Actor watch = nextWatch();
            if (watch != null) return watch;
        }
        if (count == 0) return end(new Finding(Finding.Kind.DEADLOCK, Waiting.describe(threads)));
        if (++step > mostSteps)
            return end(new Finding(Finding.Kind.LIVE_LOCK, "no end after " + mostSteps
                    + " decisions. Able to go on: " + Waiting.names(options, count)));
        int choice = count == 1 ? 0 : schedule.choose(step, options, count, goesOn);
        if (choice > 0) choices.add(step, choice);
        Actor next = options[choice];
        order = 31 * order + next.number;
        if (trace != null) trace.point(step, me, place, next);
        if (next.isDue()) ring(next);
        return next;
    }

    private @Nullable Actor end(Finding finding) {
        failed(finding);
        over = true;
        return null;
    }

    private int collect(Actor me, boolean goesOn) {
        while (!unparkedFromOutside.isEmpty())
            unparkNow(unparkedFromOutside.remove());
        int most = threads.size() + alarms.size();
        if (options.length < most) options = new Actor[2 * most];
        int count = 0;
        if (goesOn) options[count++] = me;
        for (int i = 0; i < threads.size(); i++) {
            Actor actor = threads.get(i);
            if (actor != me ? actor.isRunnable() : !goesOn && actor.isRunnable()) options[count++] = actor;
        }
        for (int i = 0; i < alarms.size(); i++) {
            Actor actor = alarms.get(i);
            if (actor.isDue()) options[count++] = actor;
        }
        return count;
    }

    private void pass(Actor next) {
        Thread thread = next.thread;
        if (thread == null) throw new IllegalStateException(next.name + " has no thread");
        boolean begins = !next.started;
        next.started = true;
        holder = next;
        if (begins) thread.start();
        else
            LockSupport.unpark(thread);
    }

    private void awaitBaton(Actor me) {
        Thread thread = Thread.currentThread();
        keepFlag(me, thread);
        while (holder != me) {
            LockSupport.park(this);
            keepFlag(me, thread);
        }
        if (over) throw refused();
        giveFlagBack(me, thread);
    }

    /// The order matters: the holder must see at least one of the two.
    private static void keepFlag(Actor me, Thread thread) {
        if (!thread.isInterrupted()) return;
        me.flagged = true;
        Thread.interrupted();
    }

    private static void giveFlagBack(Actor me, Thread thread) {
        if (!me.flagged) return;
        me.flagged = false;
        thread.interrupt();
    }

    /// Returns the throwable that unwinds the calling thread. Stops the thread here for good if it does not
    /// unwind.
    private Abandoned refused() {
        Actor me = me();
        if (me != null && ++me.refusals > MOST_REFUSALS) {
            threads.remove(me);
            passToNextLeaving();
            while (true) {
                LockSupport.park(this);
                Thread.interrupted();
            }
        }
        return new Abandoned();
    }
}
