package dev.structured.service.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.config.Priority;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AdmissionTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicInteger limit = new AtomicInteger(2);
    private final AtomicInteger tried = new AtomicInteger(LoadLimit.NONE);
    private final Bottleneck shop = new Bottleneck("shop", new LoadLimit() {
        @Override
        public int now() {
            return limit.get();
        }

        @Override
        public int tried() {
            return tried.get();
        }

        @Override
        public long usualNanos() {
            return Duration.ofMillis(10).toNanos();
        }
    });
    private final List<String> seen = new ArrayList<>();

    private Admission admission() {
        return new Admission(Scheduler.current()::nanoTime, new AdmissionObserver() {
            @Override
            public void admitted(Priority priority) {
                seen.add("admitted " + priority);
            }

            @Override
            public void refused(Priority priority, String bottleneck, Refused why) {
                seen.add("refused " + priority + " " + bottleneck + " " + why);
            }
        });
    }

    private Ticket ticket(Admission admission, Priority priority) {
        return assertInstanceOf(Ticket.class, admission.enter(priority, List.of(shop), SECOND));
    }

    private Waiting waiting(Admission admission, Priority priority) {
        return assertInstanceOf(Waiting.class, admission.enter(priority, List.of(shop), SECOND));
    }

    /// Waits in a task, and keeps the place that it gets for a while.
    private static void join(Nursery nursery, Waiting waiting, String name, List<String> order) {
        nursery.startSoon(name, () -> {
            try (waiting) {
                Entry entry = waiting.await();
                order.add(name + " " + (entry instanceof Ticket ? "begins" : entry));
                if (entry instanceof Ticket ticket) {
                    try (ticket) {
                        Checkpoints.sleep(Duration.ofNanos(1_500_000));
                    }
                }
            }
        });
    }

    @StructuredTest
    void page_is_begun_while_there_is_a_place_and_waits_then() {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        try (Waiting three = waiting(admission, Priority.NORMAL)) {
            one.close();
            one.close();
            assertInstanceOf(Ticket.class, three.await()).close();
        }
        two.close();
        assertEquals(0, shop.inFlight());
        assertEquals(0, admission.waiting());
    }

    @StructuredTest
    void without_a_limit_everybody_begins() {
        limit.set(LoadLimit.NONE);
        Admission admission = admission();
        List<Ticket> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) all.add(ticket(admission, Priority.BULK));
        assertEquals(5_000, shop.inFlight());
        all.forEach(Ticket::close);
        assertEquals(0, shop.inFlight());
    }

    @StructuredTest
    void page_that_gets_no_place_is_refused_after_as_long_as_a_page_usually_takes(VirtualClock clock) {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        try (Waiting three = waiting(admission, Priority.NORMAL)) {
            assertEquals(new Entry.No("shop", Refused.NO_PLACE), three.await());
        }
        assertEquals(Duration.ofMillis(10), clock.now());
        assertEquals("refused NORMAL shop NO_PLACE", seen.getLast());
        one.close();
        two.close();
    }

    @StructuredTest
    void page_that_would_come_too_late_is_refused_at_once(VirtualClock clock) {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        long twice = Duration.ofMillis(20).toNanos();
        assertEquals(new Entry.No("shop", Refused.NO_TIME),
                admission.enter(Priority.NORMAL, List.of(shop), twice));
        assertEquals(Duration.ZERO, clock.now());
        one.close();
        two.close();
    }

    @StructuredTest
    void queue_is_served_in_its_order_while_it_does_not_stand(VirtualClock clock) {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        List<String> order = new ArrayList<>();
        Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c")) {
                join(nursery, waiting(admission, Priority.NORMAL), name, order);
            }
            clock.settle();
            one.close();
        });
        assertEquals(List.of("a begins", "b begins", "c begins"), order);
        two.close();
    }

    @StructuredTest
    void queue_that_stands_is_served_from_its_newest_page_and_takes_no_more(VirtualClock clock) {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        List<String> order = new ArrayList<>();
        Nursery.run(nursery -> {
            for (String name : List.of("a", "b", "c", "d")) {
                join(nursery, waiting(admission, Priority.NORMAL), name, order);
            }
            clock.settle();
            for (int i = 0; i < 20; i++) admission.enter(Priority.NORMAL, List.of(shop), 1);
            assertEquals(new Entry.No("shop", Refused.NO_PLACE),
                    admission.enter(Priority.NORMAL, List.of(shop), SECOND));
            one.close();
        });
        assertEquals(List.of("d begins", "c begins", "b begins", "a begins"), order);
        two.close();
    }

    @StructuredTest
    void higher_class_is_served_first_whoever_came_first(VirtualClock clock) {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        List<String> order = new ArrayList<>();
        Nursery.run(nursery -> {
            for (Priority each : List.of(Priority.BULK, Priority.LOW, Priority.NORMAL, Priority.CRITICAL)) {
                join(nursery, waiting(admission, each), each.label(), order);
            }
            clock.settle();
            one.close();
        });
        assertEquals(List.of("critical begins", "normal begins", "low begins", "bulk begins"), order);
        two.close();
    }

    @StructuredTest
    void each_class_has_its_turn(VirtualClock clock) {
        Admission admission = admission();
        for (int i = 0; i < 99; i++) ticket(admission, Priority.CRITICAL).close();
        Ticket one = ticket(admission, Priority.CRITICAL);
        Ticket two = ticket(admission, Priority.CRITICAL);
        List<String> order = new ArrayList<>();
        Nursery.run(nursery -> {
            join(nursery, waiting(admission, Priority.CRITICAL), "critical", order);
            join(nursery, waiting(admission, Priority.BULK), "bulk", order);
            clock.settle();
            one.close();
        });
        assertEquals(List.of("bulk begins", "critical begins"), order);
        two.close();
    }

    @StructuredTest
    void page_needs_a_place_of_each_bottleneck_or_takes_none() {
        Admission admission = admission();
        Bottleneck other = new Bottleneck("other", () -> 1);
        Ticket one = assertInstanceOf(Ticket.class,
                admission.enter(Priority.NORMAL, List.of(other), SECOND));
        Entry both = admission.enter(Priority.NORMAL, List.of(shop, other), SECOND);
        try (Waiting waiting = assertInstanceOf(Waiting.class, both)) {
            assertEquals(0, shop.inFlight());
            one.close();
            assertEquals(1, shop.inFlight());
            assertEquals(1, other.inFlight());
            assertInstanceOf(Ticket.class, waiting.await()).close();
        }
        assertEquals(0, shop.inFlight());
        assertEquals(0, other.inFlight());
    }

    @StructuredTest
    void wait_that_is_cancelled_leaves_nothing_even_if_it_just_got_its_place(VirtualClock clock) {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        Nursery.run(nursery -> {
            Waiting waiting = waiting(admission, Priority.NORMAL);
            nursery.startSoon("waits", () -> {
                try (waiting) {
                    waiting.await();
                    throw new AssertionError("it was cancelled");
                } catch (Cancelled e) {
                    seen.add("cancelled");
                    throw e;
                }
            });
            clock.settle();
            nursery.scope().cancel();
            one.close();
        });
        assertEquals("cancelled", seen.getLast());
        two.close();
        assertEquals(0, shop.inFlight());
        assertEquals(0, admission.waiting());
    }

    @StructuredTest
    void full_queue_takes_no_more() {
        Admission admission = admission();
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        List<Waiting> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) all.add(waiting(admission, Priority.NORMAL));
        assertEquals(new Entry.No("shop", Refused.QUEUE_FULL),
                admission.enter(Priority.NORMAL, List.of(shop), SECOND));
        assertEquals(1_000, admission.waiting());
        all.forEach(Waiting::close);
        assertEquals(0, admission.waiting());
        one.close();
        two.close();
    }

    /* --- More pages than were tried --- */

    private void tryAtMost(int pages) {
        limit.set(LoadLimit.NONE);
        tried.set(pages);
    }

    @StructuredTest
    void page_beyond_those_that_were_tried_waits_until_others_end_and_then_begins_anyway(VirtualClock clock) {
        Admission admission = admission();
        tryAtMost(2);
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        try (Waiting three = waiting(admission, Priority.NORMAL)) {
            one.close();
            assertInstanceOf(Ticket.class, three.await()).close();
        }
        assertEquals(Duration.ZERO, clock.now());
        Ticket three = ticket(admission, Priority.NORMAL);
        try (Waiting four = waiting(admission, Priority.NORMAL)) {
            assertInstanceOf(Ticket.class, four.await()).close();
        }
        assertEquals(Duration.ofMillis(30), clock.now());
        two.close();
        three.close();
    }

    @StructuredTest
    void page_that_has_no_time_to_wait_begins_though_so_many_were_not_tried() {
        Admission admission = admission();
        tryAtMost(1);
        Ticket one = ticket(admission, Priority.NORMAL);
        long twice = Duration.ofMillis(20).toNanos();
        assertInstanceOf(Ticket.class, admission.enter(Priority.NORMAL, List.of(shop), twice)).close();
        one.close();
    }

    @StructuredTest
    void page_that_waited_for_what_others_tell_is_refused_if_they_tell_that_it_is_too_much(
            VirtualClock clock) {
        Admission admission = admission();
        tryAtMost(1);
        Ticket one = ticket(admission, Priority.NORMAL);
        try (Waiting two = waiting(admission, Priority.NORMAL)) {
            limit.set(1);
            assertEquals(new Entry.No("shop", Refused.NO_PLACE), two.await());
        }
        one.close();
    }

    @StructuredTest
    void page_that_waited_too_long_by_the_time_that_a_limit_begins_is_not_served(VirtualClock clock) {
        Admission admission = admission();
        tryAtMost(1);
        Ticket one = ticket(admission, Priority.NORMAL);
        try (Waiting two = waiting(admission, Priority.NORMAL)) {
            Checkpoints.sleep(Duration.ofMillis(15));
            limit.set(1);
            one.close();
            assertEquals(0, admission.waiting());
            assertEquals(new Entry.No("shop", Refused.NO_PLACE), two.await());
        }
        assertEquals(Duration.ofMillis(15), clock.now());
    }

    @StructuredTest
    void page_that_waited_too_long_is_refused_when_any_page_ends_even_if_there_is_no_place(
            VirtualClock clock) {
        Admission admission = admission();
        tryAtMost(2);
        Ticket one = ticket(admission, Priority.NORMAL);
        Ticket two = ticket(admission, Priority.NORMAL);
        try (Waiting three = waiting(admission, Priority.NORMAL)) {
            Checkpoints.sleep(Duration.ofMillis(15));
            limit.set(1);
            two.close();
            assertEquals(0, admission.waiting());
            assertEquals(new Entry.No("shop", Refused.NO_PLACE), three.await());
        }
        assertEquals(Duration.ofMillis(15), clock.now());
        one.close();
    }
}
