package dev.structured.core.combine;

import static dev.structured.core.combine.Times.millis;
import static dev.structured.core.combine.Times.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.Action;
import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Fn;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.testing.StructuredTest;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/// A body or an item whose task ends without a result although nothing stops the code that waits for the
/// result: its task alone was cancelled, or the waiting code is in a shield. That code must not wait for
/// ever, and the other results must not pass for all.
class MissingResultTest {
    private static final List<Integer> ITEMS = List.of(1, 2, 3, 4);

    /// Is cancelled at the second item, and only there.
    private static int cancelledAtTwo(int item) {
        if (item == 2) Task.current().cancel("not this one");
        Checkpoints.checkpoint();
        return item;
    }

    private static List<ValueBody<Integer, RuntimeException>> bodies() {
        return ITEMS.stream().<ValueBody<Integer, RuntimeException>>map(item -> () -> cancelledAtTwo(item))
                .toList();
    }

    private static void takeAll(Results<?> results) {
        results.forEach(_ -> {});
    }

    private static void assertMissing(Body<Exception> use) {
        NurseryFailedException thrown = assertThrows(NurseryFailedException.class, use::run);
        assertInstanceOf(ScopeCancelledException.class, thrown.getCause());
        assertTrue(thrown.getCause().getMessage().contains("not this one"), thrown.getCause().getMessage());
        assertEquals(1, thrown.failures().size());
    }

    @StructuredTest
    void item_that_is_cancelled_by_itself_is_missing() {
        Fn<Integer, Integer, RuntimeException> mapper = MissingResultTest::cancelledAtTwo;
        for (int limit : List.of(1, 2, 9)) {
            assertMissing(() -> Combine.map(ITEMS, limit, mapper));
            assertMissing(() -> Combine.mapSettled(ITEMS, limit, mapper));
            assertMissing(() -> Combine.mapOrdered(ITEMS, limit, mapper, MissingResultTest::takeAll));
            assertMissing(() -> Combine.mapUnordered(ITEMS, limit, mapper, MissingResultTest::takeAll));
        }
    }

    @StructuredTest
    void body_that_is_cancelled_by_itself_is_missing() {
        assertMissing(() -> Combine.all(bodies()));
        assertMissing(() -> Combine.settled(bodies()));
        assertMissing(() -> Combine.asCompleted(bodies(), MissingResultTest::takeAll));
    }

    @StructuredTest
    void source_that_is_cancelled_by_itself_has_not_ended() {
        Iterable<Integer> source = () -> new Iterator<>() {
            private int last;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                return cancelledAtTwo(++last);
            }
        };
        assertMissing(() -> Combine.mapOrdered(source, 2, i -> i, MissingResultTest::takeAll));
        assertMissing(() -> Combine.mapUnordered(source, 2, i -> i, MissingResultTest::takeAll));
    }

    @StructuredTest
    void results_that_are_there_come_before() {
        List<Integer> got = new ArrayList<>();
        assertMissing(() -> Combine.mapUnordered(ITEMS, 4, MissingResultTest::cancelledAtTwo, results -> {
            sleep(10);
            for (int result : results) got.add(result);
        }));
        got.sort(null);
        assertEquals(List.of(1, 3, 4), got);
    }

    @StructuredTest
    void attempt_that_is_cancelled_by_itself_has_not_succeeded() {
        IOException disk = new IOException("disk");
        AllFailedException thrown = assertThrows(AllFailedException.class,
                () -> Combine.race(() -> cancelledAtTwo(2)));
        assertInstanceOf(ScopeCancelledException.class, thrown.getCause());
        thrown = assertThrows(AllFailedException.class,
                () -> Combine.race(() -> cancelledAtTwo(2), () -> Times.failAfter(10, disk)));
        assertTrue(thrown.getMessage().startsWith("Of 2 attempts"), thrown.getMessage());
        assertSame(disk, thrown.failures().getLast());
        assertEquals(3, Combine.<Integer>race(() -> cancelledAtTwo(2), () -> Times.after(10, 3)));
        thrown = assertThrows(AllFailedException.class, () -> Combine.hedge(HedgePolicy.of(2, millis(10)),
                attempt -> attempt == 2
                        ? cancelledAtTwo(2)
                        : Times.<Integer, IOException>failAfter(20, disk)));
        assertEquals(2, thrown.failures().size());
    }

    /// The next attempt does not wait for its delay, and the policy may say that there is none.
    @StructuredTest
    void attempt_of_a_hedge_that_is_cancelled_by_itself_has_failed(VirtualClock clock) {
        HedgePolicy policy = HedgePolicy.of(3, Duration.ofHours(1));
        long begun = clock.nanoTime();
        assertEquals(3, Combine.<Integer>hedge(policy, attempt -> {
            if (attempt == 1) throw new IOException("disk");
            return cancelledAtTwo(attempt);
        }));
        assertEquals(begun, clock.nanoTime());
        List<Integer> made = new CopyOnWriteArrayList<>();
        assertThrows(AllFailedException.class,
                () -> Combine.<Integer>hedge(HedgePolicy.of(3, millis(10)).stoppingOnFailure(), attempt -> {
                    made.add(attempt);
                    if (attempt == 2) return cancelledAtTwo(2);
                    return Times.<Integer, IOException>failAfter(100, new IOException("disk"));
                }));
        assertEquals(List.of(1, 2), made);
    }

    /* --- In a shield --- */

    private static <R> Action<Results<R>, RuntimeException> shielded(List<Throwable> seen) {
        return results -> new CancelScope().withShield().run(() -> {
            try {
                takeAll(results);
            } catch (CompletionException | ScopeCancelledException thrown) {
                seen.add(thrown);
            }
        });
    }

    @StructuredTest
    void block_in_a_shield_is_told_of_a_failure() {
        IOException disk = new IOException("disk");
        Fn<Integer, Integer, IOException> failing = item -> {
            if (item == 2) throw disk;
            return item;
        };
        Iterable<Integer> source = () -> ITEMS.stream().map(item -> {
            if (item == 2) throw new IllegalStateException("source");
            return item;
        }).iterator();
        List<Throwable> seen = new ArrayList<>();
        List<Body<Exception>> uses = List.of(
                () -> Combine.mapOrdered(ITEMS, 2, failing, shielded(seen)),
                () -> Combine.mapUnordered(ITEMS, 2, failing, shielded(seen)),
                () -> Combine.mapOrdered(source, 2, i -> i, shielded(seen)));
        for (Body<Exception> use : uses) {
            NurseryFailedException thrown = assertThrows(NurseryFailedException.class, use::run);
            assertSame(thrown.getCause(), seen.removeLast().getCause());
        }
    }

    @StructuredTest
    void block_in_a_shield_is_told_of_a_cancellation_from_outside() {
        List<Throwable> seen = new ArrayList<>();
        CancelScope around = new CancelScope().withTimeout(millis(10));
        around.run(() -> {
            Combine.mapOrdered(ITEMS, 2, item -> item == 2 ? Times.never() : "value", shielded(seen));
            Checkpoints.checkpoint();
        });
        assertTrue(around.absorbedCancellation());
        assertInstanceOf(ScopeCancelledException.class, seen.getFirst());
    }
}
