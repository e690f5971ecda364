package dev.structured.service.guard;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Reply;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A downstream in virtual time with so many workers and a queue before them, first come first served. Like
/// most servers it does not notice that a caller has gone: the work is done all the same.
public final class BusyServer implements Downstream {
    private final RandomGenerator random = new SplittableRandom(42);
    private volatile long service;
    private final int most;
    private volatile Stalls stalls = Stalls.NONE;
    /// Guarded by this: when each worker is free again.
    private final PriorityQueue<Long> free = new PriorityQueue<>();

    /// @param service how long a worker takes on average: between half and one and a half of it
    /// @param most the most calls that may be there; the next ones get a 503 at once
    public BusyServer(int workers, Duration service, int most) {
        this.service = service.toNanos();
        this.most = most;
        for (int i = 0; i < workers; i++) free.add(0L);
    }

    /// Sets how long a worker takes from now on, on average.
    public void service(Duration time) {
        service = time.toNanos();
    }

    /// Sets the times in which no worker gets on.
    public void stalls(Stalls times) {
        stalls = times;
    }

    @Override
    public Reply call(Call call) {
        long now = Scheduler.current().nanoTime();
        long done = take(now);
        if (done < 0) return new Reply(503, MissingNode.getInstance());
        Checkpoints.sleep(Duration.ofNanos(done - now));
        return new Reply(200, MissingNode.getInstance());
    }

    private synchronized long take(long now) {
        long service = this.service;
        long start = Math.max(now, free.element());
        if (start - now > service * most / free.size()) return -1;
        free.remove();
        long done = stalls.end(start, service / 2 + random.nextLong(service));
        free.add(done);
        return done;
    }
}
