package dev.structured.service.client;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final int MOST = Backlog.MOST_BYTES;

    private final Backlog backlog = new Backlog();

    @Test
    void answers_that_wait_add_up() {
        assertFalse(backlog.grows(MOST));
        assertTrue(backlog.grows(1));
    }

    @Test
    void what_is_written_is_taken_off() {
        for (int i = 0; i < 10; i++) {
            assertFalse(backlog.grows(MOST));
            backlog.written(MOST);
        }
        backlog.written(10 * MOST);
        assertFalse(backlog.grows(MOST), "nothing is written in advance");
        assertTrue(backlog.grows(1));
    }

    /// Half of the answers are read.
    @Test
    void slow_reader_is_found_too() {
        int rounds = 0;
        while (!backlog.grows(2_000)) {
            backlog.written(1_000);
            rounds++;
        }
        assertTrue(rounds > 1 && rounds <= MOST / 1_000);
    }
}
