package dev.structured.core.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.BrokenException;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.testing.StructuredTest;
import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Races on real threads, some hundred milliseconds each: J1 of the design. Tasks come and go, and are
/// cancelled at any moment by others; whatever happens, nobody waits for ever, and what there was is there in
/// the end.
class SyncStressTest {
    private static final long NANOS = Long.getLong("stress.millis", 300) * 1_000_000;
    private static final int TASKS = 8;

    private final long end = System.nanoTime() + NANOS;
    /// Of what each task does right now.
    private final AtomicReferenceArray<CancelScope> scopes = new AtomicReferenceArray<>(TASKS);

    private static int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    private static void linger() {
        switch (random(8)) {
            case 0 -> Checkpoints.yieldNow();
            case 1 -> {
                for (int i = random(300); i > 0; i--) Thread.onSpinWait();
            }
            default -> {
            }
        }
    }

    /// Does this in as many tasks, over and over, each time in a scope that another task may cancel.
    private void inTasks(Runnable code) {
        Nursery.run(nursery -> {
            for (int i = 0; i < TASKS; i++) {
                int number = i;
                nursery.startSoon("task" + i, () -> {
                    while (System.nanoTime() < end) {
                        CancelScope scope = new CancelScope();
                        if (number % 2 == 0) scopes.set(number, scope);
                        scope.run(code::run);
                    }
                });
            }
            nursery.startSoon("canceller", () -> {
                while (System.nanoTime() < end) {
                    CancelScope scope = scopes.get(random(TASKS));
                    if (scope != null) scope.cancel();
                    linger();
                    Checkpoints.checkpoint();
                }
            });
        });
    }

    private void excludes(LockLike lock) {
        AtomicInteger inside = new AtomicInteger();
        AtomicLong rounds = new AtomicLong();
        long[] plain = {0};
        inTasks(() -> {
            if (random(10) > 0) lock.acquire();
            else if (!lock.tryAcquire()) return;
            try {
                assertEquals(1, inside.incrementAndGet());
                plain[0]++;
                linger();
                inside.decrementAndGet();
            } finally {
                lock.release();
            }
            rounds.incrementAndGet();
        });
        assertTrue(lock.tryAcquire(), "it is left held");
        assertEquals(rounds.get(), plain[0]);
        assertEquals(0, lock.waiting());
        lock.release();
    }

    @StructuredTest(realTime = true)
    void lock_is_with_one_at_a_time_and_never_lost() {
        Nursery.run(nursery -> excludes(LockLike.kinds().get("lock").apply(nursery)));
    }

    @StructuredTest(realTime = true)
    void permit_is_with_one_at_a_time_and_never_lost() {
        Nursery.run(nursery -> excludes(LockLike.kinds().get("semaphore of one permit").apply(nursery)));
    }

    @StructuredTest(realTime = true)
    void token_is_with_one_at_a_time_and_never_lost() {
        Nursery.run(nursery -> excludes(LockLike.kinds().get("limiter of one token").apply(nursery)));
    }

    /// Without anything that slows them down: acquiring and releasing without the queue meets those who begin
    /// to wait.
    @StructuredTest(realTime = true)
    void lock_that_is_held_for_a_moment_only_is_never_lost() {
        TaskLock lock = new TaskLock();
        TaskSemaphore semaphore = new TaskSemaphore(1, 1);
        long[] plain = {0, 0};
        AtomicLong rounds = new AtomicLong();
        Nursery.run(nursery -> {
            for (int i = 0; i < 3; i++) {
                nursery.startSoon("task", () -> {
                    while (System.nanoTime() < end) {
                        lock.run(() -> plain[0]++);
                        semaphore.run(() -> plain[1]++);
                        rounds.incrementAndGet();
                    }
                });
            }
        });
        assertEquals(rounds.get(), plain[0]);
        assertEquals(rounds.get(), plain[1]);
        assertEquals(new TaskLock.Statistics(null, 0, null), lock.statistics());
        assertEquals(new TaskSemaphore.Statistics(1, 1, 0), semaphore.statistics());
    }

    @StructuredTest(realTime = true)
    void tokens_are_conserved_while_their_number_changes() {
        CapacityLimiter limiter = new CapacityLimiter(3);
        Nursery.run(around -> {
            around.startSoon("resizer", () -> {
                while (System.nanoTime() < end) {
                    limiter.setTotal(random(5));
                    linger();
                    Checkpoints.checkpoint();
                }
                limiter.setTotal(3);
            });
            inTasks(() -> limiter.run(SyncStressTest::linger));
        });
        assertEquals(new CapacityLimiter.Statistics(3, 0, 0, List.of()), limiter.statistics());
    }

    /// Whoever waits for an item is signalled by whoever brings one: none of the two lies there for ever.
    @StructuredTest(realTime = true)
    void no_signal_is_lost_on_tasks_that_are_cancelled() {
        TaskLock lock = new TaskLock();
        TaskCondition filled = new TaskCondition(lock);
        ArrayDeque<Integer> items = new ArrayDeque<>();
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger made = new AtomicInteger();
        Nursery.run(around -> {
            around.startSoon("maker", () -> {
                while (System.nanoTime() < end || taken.get() < made.get()) {
                    lock.run(() -> {
                        if (items.isEmpty()) {
                            items.add(made.incrementAndGet());
                            filled.signal();
                        }
                    });
                    Checkpoints.checkpoint();
                }
                around.scope().cancel();
            });
            inTasks(() -> lock.run(() -> {
                while (items.isEmpty())
                    filled.await();
                items.remove();
                taken.incrementAndGet();
            }));
        });
        assertEquals(0, filled.statistics().waiting());
        assertNull(lock.statistics().owner());
        assertEquals(made.get(), taken.get() + items.size());
    }

    /// One of three ends with the lock: the others have had it before, or are told.
    @StructuredTest(realTime = true)
    void owner_that_ends_leaves_nobody_waiting() {
        while (System.nanoTime() < end) {
            TaskLock lock = new TaskLock();
            AtomicInteger over = new AtomicInteger();
            Nursery.run(nursery -> {
                List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
                Collections.shuffle(order);
                for (int number : order) {
                    nursery.startSoon("task", () -> {
                        linger();
                        try {
                            lock.acquire();
                            if (number > 0) lock.release();
                        } catch (BrokenException e) {
                            assertTrue(number > 0, "only one ends with it");
                        }
                        over.incrementAndGet();
                    });
                }
            });
            assertEquals(3, over.get());
            assertTrue(String.valueOf(lock.statistics().brokenBy()).contains("has ended"));
        }
    }

    /// Who waits looks out for the end of the task that has the lock, while that releases it. What is used
    /// for that must not stay with a task that lives on: it would keep every lock that the task has ever had.
    @StructuredTest(realTime = true)
    void task_keeps_no_lock_that_it_has_released() {
        List<WeakReference<Ownership>> used = new ArrayList<>();
        AtomicReference<@Nullable TaskLock> current = new AtomicReference<>();
        AtomicBoolean over = new AtomicBoolean();
        Nursery.run(nursery -> {
            nursery.startSoon("other", () -> {
                TaskLock last = null;
                while (!over.get()) {
                    TaskLock lock = current.get();
                    if (lock == null || lock == last) Checkpoints.checkpoint();
                    else
                        lock.run(() -> {});
                    last = lock;
                }
            });
            while (System.nanoTime() < end || used.size() <= 100) {
                TaskLock lock = new TaskLock();
                used.add(new WeakReference<>(lock.ownership));
                lock.acquire();
                current.set(lock);
                awaitWaiter(lock);
                lock.release(); // at the moment when the other has queued
            }
            current.set(null);
            over.set(true);
        });
        assertEquals(0, leftOf(used));
    }

    private static void awaitWaiter(TaskLock lock) {
        for (int i = 1; lock.statistics().waiting() == 0; i++) {
            if (i % 100 == 0) Checkpoints.checkpoint();
        }
    }

    private static long leftOf(List<? extends WeakReference<?>> references) {
        long left = references.size();
        for (int i = 0; i < 20 && left > 0; i++) {
            System.gc();
            left = references.stream().filter(reference -> reference.get() != null).count();
        }
        return left;
    }
}
