package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Tasks that are being started by tasks that are being started, hundreds of levels deep.
class NestedStartTest extends KernelTest {
    /// Each of them hangs at two places of the tree. A walk down that took both would visit 2^60 tasks.
    @Test
    void are_walked_once_each() {
        AtomicInteger stopped = new AtomicInteger();
        scheduler.run("main", () -> Nursery.run(nursery -> {
            CancelScope scope = new CancelScope();
            Task<?> outermost = nursery.startSoon("outermost", () -> scope.run(() -> start(60, () -> {
                try {
                    Checkpoints.sleepForever();
                } finally {
                    stopped.incrementAndGet();
                }
            })));
            clock.settle();
            assertEquals(62, scheduler.statistics().tasks());
            scope.cancel();
            outermost.await();
        }));
        assertEquals(1, stopped.get());
    }

    /// Two ways lead up from each of these tasks. A walk that went up both of them to the end would take
    /// 64 times as long for 8 times as many; it takes about 8 times as long. The least of both is compared
    /// until they have been measured in the same state of the compiler, and undisturbed.
    @Test
    void are_looked_through_once_each() {
        long few = Long.MAX_VALUE;
        long many = Long.MAX_VALUE;
        for (int i = 0; i < 20 && (i == 0 || many >= 30 * few); i++) {
            few = Math.min(few, cpuOfLookBelow(100));
            many = Math.min(many, cpuOfLookBelow(800));
        }
        double growth = (double) many / few;
        assertTrue(growth < 30, () -> "" + growth);
    }

    /// Returns the nanoseconds of CPU that a walk up takes from below so many starts: the least of some.
    private long cpuOfLookBelow(int starts) {
        AtomicLong cpu = new AtomicLong(Long.MAX_VALUE);
        scheduler.run("main", () -> start(starts, () -> {
            CancelScope bottom = Task.current().innermost();
            // The CPU time of a virtual thread is not known.
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20; i++) cpu.accumulateAndGet(cpuOfLooks(bottom), Math::min);
            }).join();
        }));
        return cpu.get();
    }

    private static long cpuOfLooks(CancelScope from) {
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < 20; i++) assertFalse(CancelLookup.isStopRequested(from));
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    }

    private static void start(int depth, Body<?> innermost) {
        Nursery.run(nursery -> nursery.startUntilReady("d" + depth, status -> {
            if (depth == 1) innermost.run();
            else
                start(depth - 1, innermost);
            status.started();
        }));
    }
}
