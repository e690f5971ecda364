package dev.structured.service.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
    private final AtomicLong real = new AtomicLong(-5_000);
    private final ServiceTime time = new ServiceTime(real::get, 100);

    @Test
    void passes_as_real_time_does_while_ticks_come() {
        long begun = time.now();
        for (int i = 0; i < 10; i++) {
            real.addAndGet(60);
            time.tick();
        }
        real.addAndGet(30);
        assertEquals(630, time.now() - begun);
    }

    @Test
    void counts_one_step_of_a_pause_before_and_after_the_tick_that_ends_it() {
        long begun = time.now();
        real.addAndGet(2_000_000);
        assertEquals(100, time.now() - begun);
        time.tick();
        assertEquals(100, time.now() - begun);
        real.addAndGet(10);
        assertEquals(110, time.now() - begun);
    }

    @Test
    void is_positive_from_the_start() {
        assertEquals(1, time.now());
    }
}
