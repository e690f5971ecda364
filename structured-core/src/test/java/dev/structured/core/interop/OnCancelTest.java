package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeResult;
import dev.structured.core.Task;
import dev.structured.core.ValueBody;
import dev.structured.core.sync.CapacityLimiter;
import dev.structured.testing.Simulation;
import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// [Blocking#onCancel]: foreign code that is stopped by a call.
class OnCancelTest {
    private static final int SEEDS = 1_000;

    /// Cancels the scope in a task, once the code in it has begun.
    private static void cancelWhenBegun(Nursery nursery, CountDownLatch begun, CancelScope scope) {
        nursery.startSoon("canceller", () -> {
            begun.await();
            scope.cancel();
        });
    }

    @StructuredTest(realTime = true)
    void canceller_is_called_again_until_the_body_ends() {
        var calls = new AtomicInteger();
        var begun = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        CancelScope scope = new CancelScope();
        ScopeResult<String> result = Nursery.call(nursery -> {
            cancelWhenBegun(nursery, begun, scope);
            return scope.call(() -> Blocking.onCancel(() -> {
                if (calls.incrementAndGet() == 3) stopped.countDown();
            }, () -> {
                begun.countDown();
                stopped.await();
                throw new IOException("stopped");
            }));
        });
        assertTrue(result.isCancelled());
        assertTrue(calls.get() >= 3, () -> calls + " calls");
    }

    @StructuredTest(realTime = true)
    void worker_is_not_interrupted_and_a_value_is_returned_all_the_same() {
        var begun = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        CancelScope scope = new CancelScope();
        Nursery.run(nursery -> {
            cancelWhenBegun(nursery, begun, scope);
            ScopeResult<Boolean> result = scope.call(() -> Blocking.onCancel(stopped::countDown, () -> {
                begun.countDown();
                stopped.await();
                return Thread.interrupted();
            }));
            assertFalse(result.orElseThrow());
        });
    }

    @StructuredTest
    void failure_without_a_cancellation_is_thrown_and_nothing_is_called() {
        var calls = new AtomicInteger();
        IOException failure = new IOException("its own");
        assertSame(failure, assertThrows(IOException.class,
                () -> Blocking.onCancel(calls::incrementAndGet, () -> {
                    throw failure;
                })));
        assertEquals(0, calls.get());
    }

    @StructuredTest
    void in_a_cancelled_scope_the_body_does_not_begin() {
        var begun = new AtomicInteger();
        CancelScope scope = new CancelScope();
        scope.cancel();
        scope.run(() -> Blocking.onCancel(() -> {}, begun::incrementAndGet));
        assertTrue(scope.absorbedCancellation());
        assertEquals(0, begun.get());
    }

    @StructuredTest(realTime = true)
    void failure_of_the_canceller_is_suppressed_once() {
        var begun = new CountDownLatch(1);
        var calls = new CountDownLatch(3);
        CancelScope scope = new CancelScope();
        Throwable[] seen = new Throwable[1];
        Nursery.run(nursery -> {
            cancelWhenBegun(nursery, begun, scope);
            scope.run(() -> {
                try {
                    Blocking.onCancel(() -> {
                        calls.countDown();
                        throw new IOException("cannot cancel");
                    }, () -> {
                        begun.countDown();
                        calls.await();
                        throw new IllegalStateException("stopped");
                    });
                } catch (Throwable thrown) {
                    seen[0] = thrown;
                    throw thrown;
                }
            });
        });
        assertTrue(scope.absorbedCancellation());
        assertEquals(1, seen[0].getSuppressed().length);
        assertEquals("cannot cancel", seen[0].getSuppressed()[0].getMessage());
    }

    @Test
    void failure_of_the_canceller_is_reported_when_the_body_returns_a_value() throws Exception {
        IOException refused = new IOException("cannot cancel");
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        assertEquals(1, callWithRefusing(refused, dropped, () -> 1));
        assertEquals(List.of(refused), dropped);
    }

    @Test
    void failure_of_the_canceller_is_suppressed_in_an_error_of_the_body() {
        IOException refused = new IOException("cannot cancel");
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        AssertionError error = assertThrows(AssertionError.class,
                () -> callWithRefusing(refused, dropped, () -> {
                    throw new AssertionError("of the body");
                }));
        assertTrue(List.of(error.getSuppressed()).contains(refused),
                () -> List.of(error.getSuppressed()).toString());
        assertEquals(List.of(), dropped);
    }

    /// Cancels a body whose canceller throws, and lets it end after that.
    private static int callWithRefusing(IOException refused, List<Throwable> dropped,
            ValueBody<Integer, RuntimeException> end) throws InterruptedException {
        try (Scheduler scheduler = Scheduler.builder().instrument(new Instrument() {
            @Override
            public void errorDropped(Task<?> task, Throwable error) {
                dropped.add(error);
            }
        }).build()) {
            return scheduler.call("main", () -> {
                CancelScope scope = new CancelScope();
                var asked = new CountDownLatch(1);
                return scope.call(() -> Blocking.onCancel(() -> {
                    asked.countDown();
                    throw refused;
                }, () -> {
                    scope.cancel();
                    asked.await();
                    return end.call();
                })).orElseThrow();
            });
        }
    }

    /// In any order of a cancellation, a body and a canceller: a body that has begun ends before the call
    /// does, the canceller is called only while the call lasts, and no permit is lost.
    @Test
    void cancellation_anywhere_leaves_nothing_behind() {
        int[] ends = new int[2];
        var report = Simulation.check(SEEDS, simulation -> {
            CapacityLimiter permits = new CapacityLimiter(1);
            Workers workers = new Workers("test", ThreadLimit.of(permits));
            boolean[] state = new boolean[3]; // called, inside the call, the body runs
            simulation.run(() -> Nursery.run(nursery -> {
                CancelScope scope = new CancelScope();
                simulation.cancelAnywhere(scope);
                ScopeResult<Integer> result = scope.call(() -> {
                    state[1] = true;
                    try {
                        return workers.<Integer, IOException>onCancel(() -> {
                            assertTrue(state[1], "called after the end");
                            state[0] = true;
                            simulation.point("called");
                        }, () -> {
                            state[2] = true;
                            for (int i = 0; i < 3; i++) {
                                simulation.point("works");
                                if (state[0]) {
                                    state[2] = false;
                                    throw new IOException("stopped");
                                }
                            }
                            state[2] = false;
                            return 1;
                        });
                    } finally {
                        state[1] = false;
                        assertFalse(state[2], "the body outlives the call");
                    }
                });
                ends[result.isCancelled() ? 1 : 0]++;
            }));
            assertEquals(0, permits.statistics().borrowed());
        });
        assertTrue(report.schedules() > SEEDS / 20, "hardly any different orders");
        assertTrue(ends[0] > 0 && ends[1] > 0, () -> ends[0] + " values, " + ends[1] + " cancelled");
    }

    private static final class CannotTell extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new LinkageError("no message");
        }
    }

    @StructuredTest(realTime = true)
    void failure_that_cannot_be_logged_is_still_the_effect_of_the_canceller() {
        Logger log = Logger.getLogger(Workers.class.getName());
        log.setLevel(Level.ALL);
        log.setFilter(line -> line.getThrown() != null && line.getThrown().toString().isEmpty());
        try {
            var begun = new CountDownLatch(1);
            var stopped = new CountDownLatch(1);
            CancelScope scope = new CancelScope();
            Nursery.run(nursery -> {
                cancelWhenBegun(nursery, begun, scope);
                scope.run(() -> Blocking.onCancel(stopped::countDown, () -> {
                    begun.countDown();
                    stopped.await();
                    throw new CannotTell();
                }));
            });
            assertTrue(scope.absorbedCancellation());
        } finally {
            log.setFilter(null);
            log.setLevel(null);
        }
    }
}
