package dev.structured.testing;

import java.util.SplittableRandom;

/// Looks for a simpler schedule that fails in the same way as a given one. Fewer choices mean fewer switches,
/// because without a choice the running thread goes on.
///
/// 1. Remove choices, many at once and then one by one, as long as the remaining ones still fail.
/// 2. Removing one changes the meaning of the later ones, so this may end far from the simplest schedule.
///    Most races need one or two switches: try every schedule with one, then random ones with two. (The idea
///    of bounding the switches is that of Musuvathi and Qadeer: *Iterative Context Bounding for Systematic
///    Testing of Multithreaded Programs*, PLDI 2007.)
///
/// Both are bounded by a number of attempts.
final class Shrinker {
    private static final int MOST_REMOVALS = 600;
    private static final int MOST_SINGLES = 2_000;
    private static final int PAIRS = 2_000;
    private static final int MOST_OPTIONS = 4;

    /// Tries schedules.
    interface Attempt {
        Result of(Choices choices);
    }

    /// The result of one attempt.
    ///
    /// @param choices the choices that were really made
    /// @param steps the number of decisions
    /// @param fails true if it failed in the same way
    record Result(Choices choices, long steps, boolean fails) {}

    private final Attempt attempt;
    private Choices best;
    private int attempts;

    Shrinker(Choices failing, Attempt attempt) {
        this.best = failing;
        this.attempt = attempt;
    }

    /// Returns the choices of the simplest schedule that was found.
    Choices shrink() {
        takeAway();
        if (best.size() > 1) {
            long steps = attempt.of(new Choices()).steps();
            trySingles(steps);
            if (best.size() > 2) tryPairs(steps);
        }
        return best;
    }

    private Result attempt(Choices choices) {
        attempts++;
        Result result = attempt.of(choices);
        if (result.fails() && result.choices().size() < best.size()) best = result.choices();
        return result;
    }

    private void takeAway() {
        for (int chunk = best.size(); chunk > 0; chunk /= 2) takeAway(chunk);
        int before;
        do {
            before = best.size();
            takeAway(1);
        } while (best.size() < before && attempts < MOST_REMOVALS);
    }

    /// Starts at the end, where removing a choice changes no later one.
    private void takeAway(int chunk) {
        for (int to = best.size(); to > 0
                && attempts < MOST_REMOVALS; to = Math.min(to - chunk, best.size())) {
            attempt(best.without(Math.max(0, to - chunk), to));
        }
    }

    private void trySingles(long steps) {
        attempts = 0;
        for (long step = 1; step <= steps && best.size() > 1; step++) {
            for (int index = 1; best.size() > 1; index++) {
                if (attempts == MOST_SINGLES) return;
                Choices single = new Choices();
                single.add(step, index);
                if (attempt(single).choices().size() == 0) break; // there were no more options
            }
        }
    }

    private void tryPairs(long steps) {
        SplittableRandom random = new SplittableRandom(0);
        for (int i = 0; i < PAIRS && best.size() > 2; i++) {
            long first = 1 + random.nextLong(steps);
            Choices pair = new Choices();
            pair.add(first, random.nextInt(1, MOST_OPTIONS));
            pair.add(first + 1 + random.nextLong(steps), random.nextInt(1, MOST_OPTIONS));
            attempt(pair);
        }
    }
}
