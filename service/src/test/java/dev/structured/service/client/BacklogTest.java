package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final int MOST = Backlog.MOST_BYTES;

    private final Backlog backlog = new Backlog();

    @Test
    void answers_that_wait_add_up() {
        assertFalse(backlog.grows(MOST, true));
        assertTrue(backlog.grows(1, true));
    }

    @Test
    void what_is_written_is_taken_off() {
        for (int i = 0; i < 10; i++) {
            assertFalse(backlog.grows(MOST, true));
            backlog.written(MOST);
        }
        backlog.written(10 * MOST);
        assertFalse(backlog.grows(MOST, true), "nothing is written in advance");
        assertTrue(backlog.grows(1, true));
    }

    @Test
    void it_begins_anew_when_nothing_waits() {
        assertFalse(backlog.grows(MOST, true));
        assertFalse(backlog.grows(MOST, false));
        assertFalse(backlog.grows(MOST, true));
    }

    /// Half of the answers are read.
    @Test
    void slow_reader_is_found_too() {
        int rounds = 0;
        while (!backlog.grows(2_000, true)) {
            backlog.written(1_000);
            rounds++;
        }
        assertTrue(rounds > 1 && rounds <= MOST / 1_000);
    }
}
