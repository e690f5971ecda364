package dev.structured.core.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The lock of a channel, on real threads: one has it at a time, and each gets it.
@Timeout(60)
class ChannelLockTest {
    private static final int THREADS = 12;
    private static final int TIMES = 20_000;

    private final ChannelLock lock = new ChannelLock();
    private long count;

    @Test
    void one_thread_has_it_at_a_time() throws Exception {
        List<FutureTask<Integer>> works = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            FutureTask<Integer> work = new FutureTask<>(this::countUp);
            works.add(work);
            if (i % 3 == 0) Thread.ofPlatform().daemon().start(work);
            else
                Thread.ofVirtual().start(work);
        }
        long times = 0;
        for (FutureTask<Integer> work : works) times += work.get();
        assertEquals(times, count);
    }

    private int countUp() {
        for (int i = 0; i < TIMES; i++) {
            lock.lock();
            count++;
            lock.unlock();
        }
        return TIMES;
    }

    @Test
    void thread_that_finds_it_taken_for_long_pauses_and_gets_it_in_the_end() throws Exception {
        for (Thread.Builder kind : List.of(Thread.ofPlatform().daemon(), Thread.ofVirtual())) {
            lock.lock();
            Thread waiting = kind.start(this::countUpOnce);
            while (waiting.getState() != Thread.State.TIMED_WAITING)
                Thread.onSpinWait();
            long before = count;
            lock.unlock();
            waiting.join();
            assertEquals(before + 1, count);
        }
    }

    @Test
    void interrupted_thread_gets_it_and_keeps_its_flag() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        boolean[] flagged = {false};
        lock.lock();
        Thread waiting = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            begun.countDown();
            countUpOnce();
            flagged[0] = Thread.currentThread().isInterrupted();
        });
        begun.await();
        assertEquals(0, count);
        lock.unlock();
        waiting.join();
        assertEquals(1, count);
        assertTrue(flagged[0]);
    }

    private void countUpOnce() {
        lock.lock();
        count++;
        lock.unlock();
    }
}
