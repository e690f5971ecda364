package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class BriefLockTest {
    private static final int THREADS = 2 * Runtime.getRuntime().availableProcessors() + 2;
    private static final int TIMES = 20_000;

    private final BriefLock lock = new BriefLock();
    /// Guarded by the lock, and not volatile.
    private long count;

    /// Returns a thread that has the lock until it is unparked.
    private Thread holder() {
        AtomicBoolean taken = new AtomicBoolean();
        Thread holder = Thread.ofVirtual().start(() -> {
            lock.lock();
            taken.set(true);
            LockSupport.park();
            lock.unlock();
        });
        while (!taken.get())
            Thread.onSpinWait();
        return holder;
    }

    private static void joinAll(List<Thread> threads) throws InterruptedException {
        for (Thread each : threads) each.join();
    }

    /// More threads than carriers, of both kinds.
    @Test
    void one_thread_at_a_time_has_it_and_the_next_sees_what_it_wrote() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Runnable adds = () -> {
                for (int n = 0; n < TIMES; n++) {
                    lock.lock();
                    count++;
                    lock.unlock();
                }
            };
            threads.add(i % 3 == 0 ? Thread.ofPlatform().start(adds) : Thread.ofVirtual().start(adds));
        }
        joinAll(threads);
        lock.lock();
        assertEquals((long) THREADS * TIMES, count);
    }

    /// The thread that has it is off its carrier, where it must not be. It comes to run all the same, though
    /// more threads than there are carriers want the lock, and cannot sleep, as they are interrupted.
    @Test
    void holder_that_was_taken_off_its_carrier_comes_to_run() throws Exception {
        Thread holder = holder();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                lock.lock();
                count++;
                lock.unlock();
            }));
        }
        LockSupport.unpark(holder);
        joinAll(threads);
        holder.join();
        assertEquals(THREADS, count);
    }

    @Test
    void taken_by_another_thread_it_is_not_taken_soon() throws Exception {
        Thread other = holder();
        assertFalse(lock.tryLockSoon());
        LockSupport.unpark(other);
        other.join();
        assertTrue(lock.tryLockSoon());
    }

    @Test
    void thread_that_takes_it_twice_is_told_while_assertions_are_on() {
        lock.lock();
        assertThrows(AssertionError.class, lock::lock);
    }

    @Test
    void thread_that_gives_back_what_it_has_not_is_told_while_assertions_are_on() {
        assertThrows(AssertionError.class, lock::unlock);
    }

    /// A select that finds one of its locks taken for long does not keep the others.
    @Test
    void of_several_locks_none_is_kept_while_one_is_awaited() throws Exception {
        ChannelLock first = new ChannelLock();
        ChannelLock second = new ChannelLock();
        AtomicBoolean begun = new AtomicBoolean();
        second.lock();
        Thread both = Thread.ofPlatform().start(() -> {
            begun.set(true);
            ChannelLock.lockAll(List.of(first, second));
            count++;
            first.unlock();
            second.unlock();
        });
        while (!begun.get())
            Thread.onSpinWait();
        for (int i = 0; i < 5 * TIMES; i++) { // while the other thread waits for the second
            first.lock();
            assertEquals(0, count);
            first.unlock();
        }
        second.unlock();
        both.join();
        assertEquals(1, count);
    }
}
