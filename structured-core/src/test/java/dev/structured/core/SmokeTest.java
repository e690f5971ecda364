package dev.structured.core;

import static org.junit.jupiter.api.Assertions.*;

import java.time.Duration;
import java.util.*;
import org.junit.jupiter.api.*;

@Timeout(20)
class SmokeTest extends KernelTest {
    @Test void a() {
        assertEquals(42, scheduler.call("x", () -> 42));
        String s = scheduler.call("x", () -> Nursery.call(n -> {
            var a = n.startSoon("a", () -> { sleep(1); return "a"; });
            var b = n.startSoon("b", () -> { sleep(2); return "b"; });
            return a.await() + b.await();
        }));
        assertEquals("ab", s);
        assertEquals(2.0, time());
        var f = assertThrows(NurseryFailure.class, () -> scheduler.run("x", () -> Nursery.run(n -> {
            n.startSoon("bomb", () -> { sleep(1); throw new IllegalArgumentException("boom"); });
            n.startSoon("sleeper", Checkpoints::sleepForever);
            Checkpoints.sleepForever();
        })));
        assertEquals(1, f.leaves().size());
        assertThrows(TooSlowException.class, () -> scheduler.run("x", () -> Timeouts.failAfter(Duration.ofSeconds(2), () -> Nursery.run(n -> {
            for (int i : new int[]{1,3,4}) n.startSoon("s" + i, () -> sleep(i));
        }))));
        assertEquals(5.0, time());
        scheduler.run("deep", () -> deep(500));
    }
    void deep(int n) { CancelScope s = CancelScope.create(); s.run(() -> { if (n > 0) deep(n-1); else Checkpoints.checkpoint(); }); }
    @Test void real() throws Exception {
        try (Scheduler s = Scheduler.create()) {
            long t = System.nanoTime();
            var r = s.call("x", () -> Timeouts.moveOnAfter(Duration.ofMillis(100), () -> { Thread.sleep(5000); return 1; }));
            assertTrue(r.isCancelled());
            assertFalse(Thread.currentThread().isInterrupted());
            long ms = (System.nanoTime() - t) / 1_000_000;
            assertTrue(ms < 1000, "" + ms);
            t = System.nanoTime();
            r = s.call("x", () -> Timeouts.moveOnAfter(Duration.ofMillis(200), () -> { try { Thread.sleep(5000); } catch (InterruptedException e) {} Thread.sleep(1500); return 1; }));
            assertTrue(r.isCancelled());
            System.out.println((System.nanoTime() - t) / 1_000_000);
        }
    }
    @Test void many() {
        try (Scheduler s = Scheduler.create()) {
            for (int round = 0; round < 5; round++) {
            long t0 = System.nanoTime();
            long[] t1 = new long[1];
            s.run("x", () -> Nursery.run(n -> { for (int i = 0; i < 10_000; i++) n.startSoon("c", Checkpoints::sleepForever); t1[0] = System.nanoTime(); n.scope().cancel(); }));
            System.out.println("start " + (t1[0]-t0)/1000 + "us cancel " + (System.nanoTime()-t1[0])/1000);
            }
        }
    }
}
