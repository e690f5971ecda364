package dev.structured.bench;

import static java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// An executor per scope, a virtual thread and a `Future` per child.
final class Executors implements ScopePeer {

    @Override
    public int scope(int children) throws Exception {
        List<Future<Integer>> futures = new ArrayList<>(children);
        try (ExecutorService executor = newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < children; i++) {
                int number = i;
                futures.add(executor.submit(() -> number));
            }
        }
        int sum = 0;
        for (Future<Integer> future : futures) sum += future.get();
        return sum;
    }

    @Override
    public int scopeWithDeadline(int children) throws Exception {
        List<Callable<Integer>> work = new ArrayList<>(children);
        for (int i = 0; i < children; i++) {
            int number = i;
            work.add(() -> number);
        }
        int sum = 0;
        try (ExecutorService executor = newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> future : executor.invokeAll(work, AMPLE.toNanos(), TimeUnit.NANOSECONDS)) {
                sum += future.get();
            }
        }
        return sum;
    }

    @Override
    public void holdUntil(CountDownLatch end, int children, Callable<Boolean> child) throws Exception {
        try (ExecutorService executor = newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < children; i++) {
                Future<Boolean> _ = executor.submit(child);
            }
            end.await();
            executor.shutdownNow();
        }
    }

    @Override
    public boolean limited(Duration limit, Callable<Boolean> child) throws Exception {
        try (ExecutorService executor = newVirtualThreadPerTaskExecutor()) {
            return executor.invokeAll(List.of(child), limit.toNanos(), TimeUnit.NANOSECONDS).getFirst()
                    .isCancelled();
        }
    }
}
