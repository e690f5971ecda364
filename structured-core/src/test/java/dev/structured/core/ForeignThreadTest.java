package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Threads that are no task's, on the real machine and in simulations.
@Timeout(120)
class ForeignThreadTest {
    private final Platform machine = Platform.system();

    private Thread threadThatRan(Runnable body) throws InterruptedException {
        var ran = new AtomicReference<Thread>();
        var done = new CountDownLatch(1);
        machine.startForeign("foreign", () -> {
            ran.set(Thread.currentThread());
            try {
                body.run();
            } finally {
                done.countDown();
            }
        });
        done.await();
        return ran.get();
    }

    @Test
    void it_is_a_daemon_platform_thread_with_the_name_that_was_asked_for() throws InterruptedException {
        threadThatRan(() -> {
            Thread me = Thread.currentThread();
            assertFalse(me.isVirtual());
            assertTrue(me.isDaemon());
            assertEquals("foreign", me.getName());
        });
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // it is put back
    void next_use_finds_nothing_of_the_last_one() throws InterruptedException {
        ClassLoader mine = new ClassLoader() {
        };
        List<Thread> used = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            var wrong = new AtomicReference<Throwable>();
            Thread thread = threadThatRan(() -> {
                Thread me = Thread.currentThread();
                try {
                    assertFalse(me.isInterrupted(), "flag");
                    assertEquals(Thread.NORM_PRIORITY, me.getPriority());
                    assertSame(me.getThreadGroup(), me.getUncaughtExceptionHandler());
                    assertSame(ForeignThreadTest.class.getClassLoader(), me.getContextClassLoader());
                } catch (Throwable thrown) {
                    wrong.set(thrown);
                }
                me.setName("renamed");
                me.setPriority(Thread.MIN_PRIORITY);
                me.setContextClassLoader(mine);
                me.setUncaughtExceptionHandler((_, _) -> {});
                me.interrupt();
                throw new IllegalStateException("told to the handler above");
            });
            assertNull(wrong.get(), () -> "use of " + thread);
            RealTest.spinUntil(() -> thread.getName().equals("structured-idle"));
            assertTrue(thread.isAlive());
            used.add(thread);
        }
        assertTrue(used.stream().distinct().count() < used.size(), "no thread was used again");
    }

    @Test
    void simulation_waits_for_it_and_decides_when_it_goes_on() {
        var report = Simulation.check(200, simulation -> {
            List<String> trail = new ArrayList<>();
            simulation.run(() -> {
                ParkingLot lot = new ParkingLot("the foreign thread");
                Scheduler.current().platform().startForeign("foreign", () -> {
                    simulation.point("works");
                    trail.add("worked");
                    lot.unparkAll();
                });
                lot.parkIf(trail::isEmpty);
                trail.add("woken");
            });
            assertEquals(List.of("worked", "woken"), trail);
        });
        assertTrue(report.schedules() > 1);
    }

    @Test
    void scheduler_is_that_of_the_calling_task() {
        assertNull(Scheduler.currentOrNull());
        assertTrue(assertThrows(IllegalStateException.class, Scheduler::current).getMessage()
                .startsWith("Scheduler.current needs a task, but thread "));
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("main", () -> {
                assertSame(scheduler, Scheduler.current());
                assertSame(scheduler, Scheduler.currentOrNull());
                assertSame(Platform.system(), Scheduler.current().platform());
            });
        }
    }
}
