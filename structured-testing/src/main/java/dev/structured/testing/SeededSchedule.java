package dev.structured.testing;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A schedule drawn from a seed. The seed also determines the kind of schedule, because no single kind finds
/// every race soonest (decision record 0015 has the figures):
///
/// - a **random walk** goes on with the same thread with a certain probability, otherwise with any thread;
/// - **PCT** gives every thread a random rank, lets the highest go on, and at a few random steps makes it the
///   lowest. So a thread may be left behind for as long as the others can go on, which a walk hardly ever
///   does (Burckhardt, Kothari, Musuvathi, Nagarakatte: *A Randomized Scheduler with Probabilistic Guarantees
///   of Finding Bugs*, ASPLOS 2010). Here a yield may have the same effect, and so may going on for very
///   long, since the thread may wait for others.
///
/// In both kinds, an event that is injected from outside may be held back until some step and then comes at
/// exactly that step, and an alarm may ring while threads could go on.
final class SeededSchedule implements Schedule {
    /// The order of magnitude of a step is drawn first, since programs are short or long.
    private static final int LEAST_BITS = 3;
    private static final int MOST_BITS = 8;
    private static final int MOST_DROPS = 5;
    private static final double[] STICKINESS = {0, 0.3, 0.6, 0.9};
    private static final double[] EARLY_ALARMS = {0, 0.02, 0.06};
    private static final double HELD_BACK = 0.7;
    private static final double YIELDS = 0.2;
    private static final int LONGEST_TURN = 200;

    private final SplittableRandom random;
    private final boolean walks;
    private final double stickiness;
    private final double earlyAlarms;
    private final long[] drops;

    private int[] candidates = new int[8];
    private long lowestYielded;
    private long lowestDropped = Long.MIN_VALUE / 2;
    private @Nullable Actor last;
    private int turn;

    SeededSchedule(long seed) {
        random = new SplittableRandom(seed);
        walks = random.nextBoolean();
        stickiness = STICKINESS[random.nextInt(STICKINESS.length)];
        earlyAlarms = EARLY_ALARMS[random.nextInt(EARLY_ALARMS.length)];
        drops = random.longs(1 + random.nextInt(MOST_DROPS), 0, horizon()).toArray();
    }

    private long horizon() {
        return 1L << random.nextInt(LEAST_BITS, MOST_BITS + 1);
    }

    @Override
    public void arrived(Actor actor, long step, boolean injected) {
        actor.priority = random.nextLong(1, Long.MAX_VALUE);
        if (injected && random.nextDouble() < HELD_BACK)
            actor.heldUntil = step + 1 + random.nextLong(horizon());
    }

    @Override
    public void yielded(Actor actor) {
        if (random.nextDouble() < YIELDS) actor.priority = --lowestYielded;
    }

    @Override
    public int choose(long step, Actor[] options, int count, boolean goesOn) {
        if (candidates.length < count) candidates = new int[2 * count];
        int size = 0;
        for (int i = 0; i < count; i++) {
            Actor actor = options[i];
            if (actor.heldUntil > step) continue;
            if (actor.heldUntil > 0) {
                actor.heldUntil = 0;
                return i;
            }
            if (actor.isDue()) {
                if (earlyAlarms > 0 && random.nextDouble() < earlyAlarms) return i;
            } else {
                candidates[size++] = i;
            }
        }
        if (size == 0) return random.nextInt(count);
        return candidates[walks ? walk(size, goesOn) : highest(step, options, size, goesOn)];
    }

    private int walk(int size, boolean goesOn) {
        return goesOn && random.nextDouble() < stickiness ? 0 : random.nextInt(size);
    }

    private int highest(long step, Actor[] options, int size, boolean goesOn) {
        if (goesOn && (isDrop(step) || isTurnOver(options[0]))) options[0].priority = --lowestDropped;
        int best = 0;
        for (int i = 1; i < size; i++) {
            if (options[candidates[i]].priority > options[candidates[best]].priority) best = i;
        }
        return best;
    }

    /// Alarms in between do not count: a thread that spins may keep a thread waiting that would make them
    /// ring.
    private boolean isTurnOver(Actor actor) {
        if (actor.isAlarm) return false;
        if (actor != last) turn = 0;
        last = actor;
        return ++turn % LONGEST_TURN == 0;
    }

    private boolean isDrop(long step) {
        for (long drop : drops) {
            if (drop == step) return true;
        }
        return false;
    }
}
