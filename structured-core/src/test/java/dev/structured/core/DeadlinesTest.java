package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private final VirtualClock clock = VirtualClock.manual();
    private final Deadlines deadlines = new Deadlines(clock);
    private final List<String> rung = new ArrayList<>();

    /// Notes that it went off.
    private final class Note extends Deadlines.Entry {
        final String name;

        Note(String name, boolean cancels) {
            super(cancels);
            this.name = name;
        }

        @Override
        void expire() {
            rung.add(name);
        }
    }

    /// Whoever looks for deadlocks must not take this moment for one.
    @Test
    void there_is_something_to_come_while_a_deadline_is_acted_upon() {
        List<String> seen = new ArrayList<>();
        assertTrue(deadlines.isEmpty());
        deadlines.set(new Deadlines.Entry(true) {
            @Override
            void expire() {
                seen.add(deadlines.size() + " set, empty: " + deadlines.isEmpty());
            }
        }, 10);
        clock.jump(Duration.ofNanos(10));
        assertEquals(List.of("0 set, empty: false"), seen);
        assertTrue(deadlines.isEmpty());
    }

    @Test
    void heap_agrees_with_a_plain_map_whatever_is_done_to_both() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Note, Long> reference = new HashMap<>();
        List<Note> all = new ArrayList<>();
        long now = 0;
        for (int step = 0; step < 20_000; step++) {
            String where = "seed " + seed + ", step " + step;
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> {
                    Note note = new Note("n" + step, random.nextBoolean());
                    long at = now + 1 + random.nextInt(50);
                    all.add(note);
                    deadlines.set(note, at);
                    reference.put(note, at);
                }
                case 3, 4 -> {
                    if (all.isEmpty()) continue;
                    Note note = all.get(random.nextInt(all.size()));
                    long at = random.nextInt(10) == 0 ? Nanos.NEVER : now + 1 + random.nextInt(50);
                    deadlines.set(note, at);
                    if (at == Nanos.NEVER) reference.remove(note);
                    else
                        reference.put(note, at);
                }
                case 5 -> {
                    if (all.isEmpty()) continue;
                    Note note = all.remove(random.nextInt(all.size()));
                    deadlines.close(note);
                    reference.remove(note);
                    deadlines.set(note, now + 1); // closed for good
                }
                default -> {
                    now += random.nextInt(3);
                    clock.jump(Duration.ofNanos(now - clock.nanoTime()));
                    assertEquals(takeDue(reference, now), rung.stream().sorted().toList(), where);
                    rung.clear();
                }
            }
            assertEquals(reference.size(), deadlines.size(), where);
        }
        clock.jump(Duration.ofNanos(100));
        assertEquals(takeDue(reference, now + 100), rung.stream().sorted().toList(), "seed " + seed);
        assertEquals(0, deadlines.size(), "seed " + seed);
    }

    private static List<String> takeDue(Map<Note, Long> reference, long now) {
        List<String> due = new ArrayList<>();
        reference.forEach((note, at) -> {
            if (at <= now) due.add(note.name);
        });
        reference.values().removeIf(at -> at <= now);
        return due.stream().sorted().toList();
    }

    @Test
    void entries_go_off_in_the_order_of_time_and_at_the_same_time_those_that_cancel_come_first() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int at = random.nextInt(20);
            boolean cancels = random.nextBoolean();
            deadlines.set(new Note("%02d %s".formatted(at, cancels ? "cancels" : "sleeps"), cancels), at);
        }
        clock.jump(Duration.ofNanos(20));
        assertEquals(200, rung.size());
        assertEquals(rung.stream().sorted().toList(), rung, "seed " + seed);
    }

    @Test
    void entry_that_throws_leaves_the_others_and_the_alarm_alone() {
        deadlines.set(new Deadlines.Entry(true) {
            @Override
            void expire() {
                throw new IllegalStateException("broken on purpose");
            }
        }, 1);
        deadlines.set(new Note("same ring", false), 1);
        deadlines.set(new Note("next ring", false), 2);
        clock.jump(Duration.ofNanos(1));
        assertEquals(List.of("same ring"), rung);
        clock.jump(Duration.ofNanos(1));
        assertEquals(List.of("same ring", "next ring"), rung);
    }

    @Test
    void time_beyond_all_time_is_never() {
        assertEquals(Nanos.NEVER, Nanos.after(1, Long.MAX_VALUE));
        assertEquals(Nanos.NEVER, Nanos.after(Long.MAX_VALUE - 1, 2));
        assertEquals(5, Nanos.after(2, 3));
    }

    /// The real alarm: each entry goes off, none early, whatever is set before and after it.
    @Test
    void real_alarm_rings_for_every_entry_and_never_early() throws InterruptedException {
        Platform real = Platform.system();
        Deadlines onReal = new Deadlines(real);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int count = 300;
        var left = new CountDownLatch(count);
        var early = new AtomicInteger();
        for (int i = 0; i < count; i++) {
            long at = real.nanoTime() + random.nextInt(20_000_000);
            onReal.set(new Deadlines.Entry(false) {
                @Override
                void expire() {
                    if (real.nanoTime() < at) early.incrementAndGet();
                    left.countDown();
                }
            }, at);
            if (i % 3 == 0) {
                Note taken = new Note("taken back", true);
                onReal.set(taken, real.nanoTime() + 1_000_000);
                onReal.close(taken);
            }
        }
        assertTrue(left.await(20, TimeUnit.SECONDS),
                () -> left.getCount() + " never came, seed " + seed);
        assertEquals(0, early.get(), "seed " + seed);
        assertEquals(0, onReal.size());
        onReal.shutDown();
    }
}
