package dev.structured.bench;

import dev.structured.core.Nursery;
import dev.structured.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Who does work at the same time, one piece each.
interface Crew {
    /// Starts all, waits for all, and returns the sum of what they returned.
    long sum(List<Callable<Long>> work) throws Exception;

    /// Our tasks, in one nursery.
    static Crew ofTasks() {
        return work -> new Nurseries().inRun(() -> {
            List<Task<Long>> tasks = new ArrayList<>(work.size());
            Nursery.run(nursery -> {
                for (Callable<Long> piece : work) tasks.add(nursery.startSoon("worker", piece::call));
            });
            long sum = 0;
            for (Task<Long> task : tasks) sum += task.await();
            return sum;
        });
    }

    /// Plain virtual threads.
    static Crew ofThreads() {
        return work -> new RawThreads().inRun(() -> {
            List<FutureTask<Long>> runs = new ArrayList<>(work.size());
            for (Callable<Long> piece : work) {
                FutureTask<Long> run = new FutureTask<>(piece);
                runs.add(run);
                Thread.ofVirtual().start(run);
            }
            long sum = 0;
            for (FutureTask<Long> run : runs) sum += run.get();
            return sum;
        });
    }
}
