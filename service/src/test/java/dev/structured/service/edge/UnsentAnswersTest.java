package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class UnsentAnswersTest {
    private static final int KIB = 1024;
    private static final int MIB = KIB * KIB;

    private final UnsentAnswers unsent = new UnsentAnswers(MIB);

    @Test
    void first_page_of_a_route_reserves_64_kib_and_then_its_size() {
        UnsentAnswers.Reservation page = begin("a");
        assertEquals(64 * KIB, unsent.bytes());
        assertTrue(page.become(10));
        assertEquals(10, unsent.bytes());
        page.release();
        assertEquals(0, unsent.bytes());
    }

    @Test
    void page_is_not_begun_without_memory_for_the_largest_of_its_route() {
        UnsentAnswers.Reservation large = begin("large");
        assertTrue(large.become(600 * KIB));
        assertNull(unsent.begin("large"));
        assertNotNull(unsent.begin("other"));
        large.release();
        assertNotNull(unsent.begin("large"));
    }

    @Test
    void page_that_turns_out_too_large_keeps_what_it_reserved_until_it_is_released() {
        UnsentAnswers.Reservation first = begin("a");
        assertTrue(first.become(800 * KIB));
        UnsentAnswers.Reservation second = begin("b");
        assertFalse(second.become(200 * KIB));
        assertEquals(864 * KIB, unsent.bytes());
        second.release();
        first.release();
        assertEquals(0, unsent.bytes());
    }

    /// So that a route is not refused for ever for one page that was large.
    @Test
    void large_page_is_forgotten_by_and_by() {
        UnsentAnswers.Reservation large = begin("a");
        assertTrue(large.become(800 * KIB));
        large.release();
        for (int i = 0; i < 40; i++) {
            UnsentAnswers.Reservation small = begin("a");
            assertTrue(small.become(KIB));
            small.release();
        }
        UnsentAnswers.Reservation next = begin("a");
        assertTrue(unsent.bytes() < 16 * KIB, () -> unsent.bytes() + " B");
        next.release();
    }

    /// A page larger than all of the memory is made, and refused; the route's next page may be smaller.
    @Test
    void page_larger_than_all_memory_does_not_close_its_route() {
        UnsentAnswers.Reservation huge = begin("a");
        assertFalse(huge.become(3 * MIB));
        huge.release();
        UnsentAnswers.Reservation next = begin("a");
        assertTrue(next.become(KIB));
    }

    @Test
    void pages_that_begin_at_once_never_hold_more_than_the_limit() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                for (int round = 0; round < 200; round++) {
                    UnsentAnswers.Reservation page = unsent.begin("a");
                    assertTrue(unsent.bytes() <= MIB);
                    if (page != null) {
                        boolean fits = page.become(round * KIB);
                        assertTrue(unsent.bytes() <= MIB, () -> "fits: " + fits);
                        page.release();
                    }
                }
            }));
        }
        for (Thread thread : threads) thread.join();
        assertEquals(0, unsent.bytes());
    }

    @Test
    void large_pages_leave_an_eighth_to_small_ones() {
        UnsentAnswers.Reservation large = begin("large");
        assertFalse(large.become(MIB - 1));
        assertTrue(large.become(MIB - MIB / 8 - 64 * KIB));
        UnsentAnswers.Reservation small = begin("small");
        assertTrue(small.become(64 * KIB));
        assertFalse(small.become(256 * KIB));
        assertNotNull(unsent.begin("other"));
        assertNull(unsent.begin("large"));
    }

    @Test
    void answers_to_calls_count_as_far_as_they_exceed_what_the_page_reserved() {
        UnsentAnswers.Reservation page = begin("a");
        assertTrue(page.take(40 * KIB));
        assertEquals(64 * KIB, unsent.bytes());
        assertTrue(page.take(60 * KIB));
        assertEquals(100 * KIB, unsent.bytes());
        page.giveBack(50 * KIB);
        assertEquals(64 * KIB, unsent.bytes(), "what was reserved in the beginning stays");
        assertFalse(page.take(MIB));
        assertEquals(64 * KIB, unsent.bytes());
        page.release();
        assertEquals(0, unsent.bytes());
    }

    @Test
    void page_that_was_made_replaces_the_answers_it_was_made_of() {
        UnsentAnswers.Reservation page = begin("a");
        assertTrue(page.take(500 * KIB));
        assertTrue(page.become(10 * KIB));
        assertEquals(10 * KIB, unsent.bytes());
        page.giveBack(100 * KIB);
        assertEquals(10 * KIB, unsent.bytes());
        page.release();
        assertEquals(0, unsent.bytes());
    }

    /// A call that another request shares may go on after the request that made it.
    @Test
    void call_that_outlives_its_request_counts_for_nothing() {
        UnsentAnswers.Reservation page = begin("a");
        page.release();
        assertTrue(page.take(2 * MIB));
        page.giveBack(2 * MIB);
        assertEquals(0, unsent.bytes());
    }

    private UnsentAnswers.Reservation begin(String route) {
        return Objects.requireNonNull(unsent.begin(route));
    }
}
