package dev.structured.bench;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/// Of this library.
final class Nurseries implements ScopePeer {

    @Override
    public <T> T inRun(Callable<T> body) throws Exception {
        return ScopePeer.super.inRun(() -> Scheduler.shared().call("bench", body::call));
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public int scope(int children) {
        Task<Integer>[] tasks = new Task[children];
        Nursery.run(nursery -> {
            for (int i = 0; i < children; i++) {
                int number = i;
                tasks[i] = nursery.startSoon("child", () -> number);
            }
        });
        int sum = 0;
        for (Task<Integer> task : tasks) sum += task.await();
        return sum;
    }

    @Override
    public int scopeWithDeadline(int children) {
        return Timeouts.failAfter(AMPLE, () -> scope(children));
    }

    @Override
    public void holdUntil(CountDownLatch end, int children, Callable<Boolean> child) {
        Nursery.run(nursery -> {
            for (int i = 0; i < children; i++) nursery.startSoon("child", child::call);
            end.await();
            nursery.scope().cancel();
        });
    }

    @Override
    public void sleep() {
        Checkpoints.sleep(Duration.ofHours(1));
    }

    @Override
    public boolean limited(Duration limit, Callable<Boolean> child) {
        return Timeouts
                .moveOnAfter(limit, () -> Nursery.run(nursery -> nursery.startSoon("child", child::call)))
                .isCancelled();
    }
}
