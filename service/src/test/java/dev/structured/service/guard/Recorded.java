package dev.structured.service.guard;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Notes what it is told, in words.
final class Recorded implements GuardObserver {
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public void attemptEnded(String downstream, Attempt attempt, String outcome) {
        events.add(attempt.label() + " " + outcome);
    }

    @Override
    public void hedgeWon(String downstream) {
        events.add("hedge won");
    }

    @Override
    public void bugHidden(String downstream, RuntimeException bug) {
        events.add("bug " + bug.getMessage());
    }

    @Override
    public void extraSuppressed(String downstream, Suppressed why) {
        events.add("suppressed " + why.label());
    }

    @Override
    public void shed(String downstream, Shed why) {
        events.add("shed " + why.label());
    }

    @Override
    public void breakerChanged(String downstream, BreakerState now) {
        events.add("breaker " + now.label());
    }
}
