package dev.structured.bench;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Virtual threads and a latch: the lower bound. It cancels nothing and reports no failure.
final class RawThreads implements ScopePeer {

    @Override
    public int scope(int children) throws InterruptedException {
        int[] results = new int[children];
        CountDownLatch ended = new CountDownLatch(children);
        for (int i = 0; i < children; i++) {
            int number = i;
            Thread.ofVirtual().start(() -> {
                results[number] = number;
                ended.countDown();
            });
        }
        ended.await();
        int sum = 0;
        for (int result : results) sum += result;
        return sum;
    }

    @Override
    public int scopeWithDeadline(int children) throws InterruptedException {
        return scope(children);
    }

    @Override
    public void holdUntil(CountDownLatch end, int children, Callable<Boolean> child) throws Exception {
        CountDownLatch ended = new CountDownLatch(children);
        Thread[] threads = new Thread[children];
        for (int i = 0; i < children; i++) threads[i] = start(child, ended);
        end.await();
        for (Thread thread : threads) thread.interrupt();
        ended.await();
    }

    @Override
    public boolean limited(Duration limit, Callable<Boolean> child) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = start(child, ended);
        boolean inTime = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        if (!inTime) thread.interrupt();
        ended.await();
        return !inTime;
    }

    private static Thread start(Callable<Boolean> child, CountDownLatch ended) {
        return Thread.ofVirtual().start(() -> {
            try {
                child.call();
            } catch (Exception interrupted) {
                // the interrupt is the end
            } finally {
                ended.countDown();
            }
        });
    }
}
