package dev.structured.core.examples;

import dev.structured.core.Checkpoints;
import dev.structured.core.Wait;
import dev.structured.core.WaitQueue;
import org.jspecify.annotations.Nullable;

/// A primitive made by a user, of the kernel's public parts: tokens that tasks take and give back, first come
/// first served.
public final class Tokens {
    private static final class Waiter extends WaitQueue.Entry {
        final Wait<Tokens> wait;

        Waiter(Wait<Tokens> wait) {
            this.wait = wait;
        }
    }

    private final Object lock = new Object();
    private final WaitQueue<Waiter> queue = new WaitQueue<>();
    private int tokens;

    public Tokens(int tokens) {
        this.tokens = tokens;
    }

    public void take() {
        Checkpoints.quickCheckpoint();
        Wait.requireStack();
        Waiter waiter = null;
        synchronized (lock) {
            if (tokens > 0) tokens--;
            else {
                waiter = new Waiter(Wait.cancellable("a token"));
                queue.add(waiter);
            }
        }
        if (waiter != null) waiter.wait.await(leaving(waiter));
    }

    private Runnable leaving(Waiter waiter) {
        return () -> {
            synchronized (lock) {
                // Does nothing if somebody has taken it out, and lost against the cancellation.
                queue.remove(waiter);
            }
        };
    }

    public void giveBack() {
        Wait.requireStackToFinish();
        Waiter next;
        synchronized (lock) {
            next = nextThatStillWaits();
            if (next == null) tokens++;
        }
        if (next != null) next.wait.wake();
    }

    private @Nullable Waiter nextThatStillWaits() {
        for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            if (waiter.wait.decide(this)) return waiter;
        }
        return null;
    }

    public int left() {
        synchronized (lock) {
            return tokens;
        }
    }

    public int waiting() {
        synchronized (lock) {
            return queue.size();
        }
    }
}
