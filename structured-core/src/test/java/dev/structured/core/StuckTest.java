package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.scenarios.OnAVirtualClock;
import dev.structured.testing.VirtualClock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// For how long tasks are said to be stuck. The time of foreign code passes where a test says so.
class StuckTest {
    /// Passes while the tasks are in foreign code, and rings the alarms of that time.
    private static final class ForeignTime extends OnAVirtualClock {
        private final AtomicLong now = new AtomicLong();
        private final List<Runnable> alarms = new CopyOnWriteArrayList<>();

        ForeignTime() {
            super(new VirtualClock());
        }

        @Override
        public long nanoTime() {
            return now.get();
        }

        @Override
        public Alarm alarm(Runnable ring) {
            alarms.add(ring);
            return super.alarm(() -> {});
        }

        void pass(long millis) {
            now.addAndGet(millis * 1_000_000);
            alarms.forEach(Runnable::run);
        }
    }

    private final ForeignTime time = new ForeignTime();
    private final Set<String> reports = ConcurrentHashMap.newKeySet();
    private final VirtualClock clock = new VirtualClock();
    private final Scheduler scheduler = Scheduler.builder().platform(new OnAVirtualClock(clock) {
        @Override
        public Platform ofForeignCode() {
            return time;
        }
    }).instrument(new Instrument() {
        @Override
        public void taskStuck(Task<?> task, long nanos) {
            reports.add(task.name() + " " + nanos / 1_000_000);
        }
    }).build();

    @AfterEach
    void nothing_is_left_behind() {
        assertEquals(0, scheduler.statistics().tasks());
        scheduler.close();
    }

    /// Foreign code that heeds no interrupt.
    private static final class Deaf implements AutoCloseable {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);

        void block() {
            begun.countDown();
            await(over);
        }

        void awaitBegin() {
            await(begun);
        }

        @Override
        public void close() {
            over.countDown();
        }

        private static void await(CountDownLatch latch) {
            boolean interrupted = false;
            while (latch.getCount() > 0) {
                try {
                    latch.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    @Test
    void task_that_begins_after_the_cancellation_counts_from_its_begin() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            try (Deaf early = new Deaf(); Deaf late = new Deaf()) {
                nursery.startSoon("early", early::block);
                early.awaitBegin();
                nursery.scope().cancel();
                time.pass(2_000);
                nursery.startSoon("late", late::block);
                late.awaitBegin();
                time.pass(10);
                assertEquals(Set.of("early 2000", "main 2000", "early 2010", "main 2010"), reports);
                reports.clear();
                time.pass(60);
                assertEquals(Set.of("early 2070", "main 2070", "late 70"), reports);
            }
        }));
    }

    @Test
    void shielded_code_does_not_count() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                time.pass(40);
                new CancelScope().withShield().run(() -> time.pass(2_000));
                time.pass(9);
                assertEquals(Set.of(), reports);
                time.pass(20);
                assertEquals(Set.of("main 69"), reports);
            });
        });
    }

    @Test
    void wait_for_children_does_not_count() {
        scheduler.run("main", () -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                time.pass(40);
                Nursery.run(nursery -> nursery.startSoon("child", () -> {
                    new CancelScope().withShield().run(clock::settle); // until main waits
                    time.pass(2_000);
                }));
                time.pass(9);
                assertEquals(Set.of("child 2000"), reports);
                time.pass(20);
                assertEquals(Set.of("child 2000", "main 69"), reports);
            });
        });
    }

    @Test
    void next_cancellation_counts_anew() {
        scheduler.run("main", () -> {
            for (int round = 0; round < 2; round++) {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    time.pass(60);
                });
                assertTrue(reports.remove("main 60"));
                assertEquals(Set.of(), reports);
            }
        });
    }

    @Test
    void logger_that_throws_keeps_no_other_task_from_being_interrupted_again() {
        Logger log = Logger.getLogger(Instrument.class.getName());
        Filter full = line -> {
            throw new IllegalStateException("the disk is full");
        };
        log.setFilter(full);
        try {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                try (Deaf deaf = new Deaf()) {
                    nursery.startSoon("deaf", deaf::block);
                    deaf.awaitBegin();
                    nursery.scope().cancel();
                    time.pass(2_000);
                    assertEquals(Set.of("deaf 2000", "main 2000"), reports);
                }
            }));
        } finally {
            log.setFilter(null);
        }
    }
}
