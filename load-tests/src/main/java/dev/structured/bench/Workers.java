package dev.structured.bench;

import dev.structured.core.Nursery;
import dev.structured.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Runs pieces of work at the same time, each in a task or thread of its own.
interface Workers {
    /// Starts all pieces, waits for all, and returns the sum of their results.
    long sum(List<Callable<Long>> work) throws Exception;

    /// Tasks of this library, in one nursery.
    static Workers ofTasks() {
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
    static Workers ofThreads() {
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
