package dev.structured.bench;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/// A scope that is kept open on a thread of its own, with children that sleep until they are cancelled.
final class SleepingScope {
    private final CountDownLatch end = new CountDownLatch(1);
    private final FutureTask<Boolean> run;

    /// Opens the scope, and returns when all children sleep or are about to.
    ///
    /// @param asleep the sleep of a child, after it has counted down the latch
    SleepingScope(ScopePeer peer, int children, Callable<Boolean> asleep) throws InterruptedException {
        CountDownLatch there = new CountDownLatch(children);
        Callable<Boolean> child = () -> {
            there.countDown();
            return asleep.call();
        };
        run = new FutureTask<>(() -> peer.inRun(() -> {
            peer.holdUntil(end, children, child);
            return true;
        }));
        Thread.ofVirtual().start(run);
        there.await();
    }

    /// Cancels the scope, and returns when it is empty.
    void cancel() throws Exception {
        end.countDown();
        run.get();
    }
}
