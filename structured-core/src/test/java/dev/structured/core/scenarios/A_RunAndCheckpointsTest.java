package dev.structured.core.scenarios;

import static dev.structured.testing.CheckpointAssertions.assertCheckpoint;
import static dev.structured.testing.CheckpointAssertions.assertNoCheckpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.ParkingLot;
import dev.structured.core.RunEntry;
import dev.structured.core.Scheduler;
import dev.structured.core.SystemTasks;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.ChannelStatistics;
import dev.structured.core.channel.Channels;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import dev.structured.core.sync.TaskSemaphore;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class A_RunAndCheckpointsTest extends Scenarios {
    @Test
    void s01_run_returns_what_its_body_returns_or_throws_what_it_throws() {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            assertEquals(42, scheduler.<Integer, RuntimeException>call("main", () -> 42));
            IOException disk = new IOException("disk");
            assertSame(disk, assertThrows(IOException.class, () -> scheduler.run("main", () -> {
                throw disk;
            })));
        }
    }

    @StructuredTest
    void s02_run_in_a_run_is_refused_and_the_outer_one_is_unharmed(Scheduler scheduler) {
        assertThrows(IllegalStateException.class, () -> scheduler.run("inner", () -> trail.add("inner")));
        try (Scheduler other = Scheduler.open()) {
            assertThrows(IllegalStateException.class, () -> other.run("inner", () -> trail.add("inner")));
            Nursery.run(nursery -> nursery.startSoon("child",
                    () -> assertThrows(IllegalStateException.class, () -> other.run("inner", () -> {}))));
            sleep(1);
            assertThrows(IllegalStateException.class, other::close);
        } catch (IllegalStateException refused) {
            trail.add("a task closes no scheduler");
        }
        assertEquals(List.of("a task closes no scheduler"), trail);
    }

    @Test
    void s02_second_run_after_the_first_works() {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            scheduler.run("first", () -> sleep(1));
            scheduler.run("second", () -> sleep(1));
        }
    }

    @Test
    void s03_outside_a_run_everything_is_refused_at_once() {
        List<Body<Exception>> operations = List.of(Checkpoints::checkpoint, Checkpoints::checkCancelled,
                Checkpoints::quickCheckpoint, Checkpoints::yieldNow, Checkpoints::isCancelled,
                Checkpoints::isStopRequested,
                () -> Task.current().statistics(), Checkpoints::effectiveDeadline, Checkpoints::remaining,
                Checkpoints::sleepForever, () -> Checkpoints.sleep(seconds(1)),
                () -> Checkpoints.sleep(Duration.ZERO), () -> Nursery.run(_ -> {}),
                () -> Nursery.call(_ -> 1),
                () -> new CancelScope().run(() -> {}), () -> Timeouts.moveOnAfter(seconds(1), () -> {}),
                () -> Timeouts.failAfter(seconds(1), () -> {}), () -> SystemTasks.startSoon("no", () -> {}),
                RunEntry::open, () -> new ParkingLot().park(), () -> new VirtualClock().settle());
        for (Body<Exception> operation : operations)
            assertThrows(IllegalStateException.class, operation::run);
    }

    @StructuredTest
    void s04_operation_that_need_not_wait_is_a_checkpoint_all_the_same() {
        ParkingLot lot = new ParkingLot();
        Nursery.run(nursery -> {
            Task<Integer> done = nursery.startSoon("done", () -> 1);
            done.await();
            List<Body<Exception>> operations = List.of(() -> Checkpoints.sleep(Duration.ZERO), done::await,
                    () -> {
                        if (lot.parkIf(() -> false)) throw new AssertionError("parked");
                    }, Checkpoints::checkpoint);
            for (Body<Exception> operation : operations) {
                assertCheckpoint(operation);
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    operation.run();
                    trail.add("not reached");
                });
                assertFlags(scope, true, true);
            }
        });
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void s04_cancelled_operation_has_no_effect() {
        ParkingLot lot = new ParkingLot();
        CancelScope scope = new CancelScope();
        scope.run(() -> {
            scope.cancel();
            lot.parkIf(() -> {
                trail.add("looked");
                return true;
            });
        });
        assertFlags(scope, true, true);
        assertEquals(0, lot.statistics().waiting());
        assertEquals(List.of(), trail);
    }

    @StructuredTest
    void s04_free_lock_semaphore_limiter_or_set_event_is_a_checkpoint_and_has_no_effect_when_cancelled() {
        Event event = new Event();
        event.set();
        TaskLock lock = new TaskLock();
        TaskSemaphore semaphore = new TaskSemaphore(1, 1);
        CapacityLimiter limiter = new CapacityLimiter(1);
        Map<Body<RuntimeException>, Body<RuntimeException>> operations = Map.of(event::await, () -> {},
                lock::acquire, lock::release, semaphore::acquire, semaphore::release,
                limiter::acquire, limiter::release);
        operations.forEach((operation, undo) -> {
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                operation.run();
                trail.add("not reached");
            });
            assertFlags(scope, true, true);
            assertCheckpoint(operation);
            assertNoCheckpoint(undo);
        });
        assertEquals(List.of(), trail);
        assertTrue(lock.tryAcquire() && semaphore.tryAcquire() && limiter.tryAcquire(), "something is held");
    }

    @StructuredTest
    void s04_cancelled_wait_for_a_condition_does_not_let_go_of_the_lock() {
        TaskLock lock = new TaskLock();
        TaskCondition condition = new TaskCondition(lock);
        CancelScope scope = new CancelScope();
        lock.acquire();
        scope.run(() -> {
            scope.cancel();
            condition.await();
        });
        assertFlags(scope, true, true);
        assertEquals(0, condition.statistics().waiting());
        lock.release();
    }

    @StructuredTest
    void s04_send_with_room_and_receive_of_what_is_there_are_checkpoints_and_have_no_effect_when_cancelled() {
        Channel<String> channel = Channels.open(2);
        channel.sender().trySend("there");
        for (Body<RuntimeException> operation : List.<Body<RuntimeException>>of(
                () -> channel.sender().send("new"), () -> channel.receiver().receive())) {
            ChannelStatistics before = channel.statistics();
            CancelScope scope = new CancelScope();
            scope.run(() -> {
                scope.cancel();
                operation.run();
                trail.add("not reached");
            });
            assertFlags(scope, true, true);
            assertEquals(before, channel.statistics());
            assertCheckpoint(operation);
        }
        assertEquals(List.of(), trail);
        assertEquals("new", channel.receiver().tryReceive());
    }

    @StructuredTest
    void s05_halves_of_a_checkpoint_fail_both_assertions_and_together_they_are_one() {
        List<Body<RuntimeException>> halves = List.of(Checkpoints::checkCancelled, Checkpoints::yieldNow);
        for (Body<RuntimeException> half : halves) {
            assertThrows(AssertionError.class, () -> assertCheckpoint(half));
            assertThrows(AssertionError.class, () -> assertNoCheckpoint(half));
        }
        assertCheckpoint(() -> {
            Checkpoints.checkCancelled();
            Checkpoints.yieldNow();
        });
    }

    @StructuredTest
    void s06_deadline_that_has_passed_is_noticed_by_the_very_next_checkpoint(VirtualClock clock) {
        CancelScope scope = new CancelScope().withTimeout(seconds(5));
        scope.run(() -> {
            clock.jump(seconds(10));
            Checkpoints.checkpoint();
            trail.add("not reached");
        });
        assertFlags(scope, true, true);
        assertEquals(List.of(), trail);
        new CancelScope().withTimeout(seconds(5)).run(() -> {
            clock.jump(seconds(10));
            assertThrows(Cancelled.class, Checkpoints::checkCancelled);
        });
        new CancelScope().withTimeout(seconds(5)).run(() -> {
            clock.jump(seconds(10));
            assertTrue(Checkpoints.isCancelled());
            assertThrows(Cancelled.class, Checkpoints::checkCancelled);
        });
    }

    /// Nothing in the API wakes a sleeper; what wakes its thread does not end its sleep.
    @StructuredTest
    void s07_sleeper_whose_thread_is_woken_by_hand_sleeps_on(VirtualClock clock) {
        var thread = new AtomicReference<Thread>();
        Nursery.run(nursery -> {
            Task<?> sleeper = nursery.startSoon("sleeper", () -> {
                thread.set(Thread.currentThread());
                Checkpoints.sleepForever();
            });
            clock.settle();
            for (int i = 0; i < 100; i++) LockSupport.unpark(thread.get());
            sleep(1);
            assertEquals(Task.State.RUNNING, sleeper.state());
            nursery.scope().cancel();
        });
    }

    @StructuredTest
    void s08_negative_durations_are_refused_before_the_body_and_past_deadlines_are_not() {
        Duration negative = Duration.ofNanos(-1);
        List<Body<Exception>> operations = List.of(() -> Checkpoints.sleep(negative),
                () -> Timeouts.failAfter(negative, () -> trail.add("ran")),
                () -> Timeouts.moveOnAfter(negative, () -> trail.add("ran")),
                () -> new CancelScope().withTimeout(negative), () -> Scheduler.current().close(negative));
        for (Body<Exception> operation : operations)
            assertThrows(IllegalArgumentException.class, operation::run);
        assertEquals(List.of(), trail);
        assertTrue(Timeouts.moveOnAt(at(-5), () -> {
            trail.add("ran");
            assertThrows(Cancelled.class, Checkpoints::checkpoint);
            Checkpoints.checkpoint();
            return 1;
        }).isCancelled());
        assertEquals(List.of("ran"), trail);
    }
}
