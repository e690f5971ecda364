package dev.structured.service.aggregate;

import static dev.structured.service.aggregate.Downstreams.answers;
import static dev.structured.service.aggregate.Downstreams.hangs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelReason;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.ScopeCancelledException;
import dev.structured.core.ScopeResult;
import dev.structured.service.config.RouteConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AggregatorCancellationTest extends AggregatorFixture {
    private static final RouteConfig ROUTE = route(required("a", "/"), within(500, optional("b", "/")),
            optional("c", "/${a.x}"));

    @Test
    void client_that_goes_away_ends_every_call_and_the_cancellation_passes_through() {
        downstreams.on("a", hangs()).on("b", hangs()).on("c", answers("1"));
        CancelScope request = new CancelScope("request");

        ScopeResult<Outcome> result = scheduler.call("GET", () -> Nursery.call(nursery -> {
            nursery.startSoon("watch", () -> {
                Checkpoints.sleep(Duration.ofMillis(50));
                request.cancel("the client is gone");
            });
            return request.call(() -> made(ROUTE, Map.of("id", "42")));
        }));

        assertEquals("the client is gone",
                assertInstanceOf(ScopeResult.Cancelled.class, result).reason().text());
        assertTime(50);
        assertEquals(Map.of("a", "cancelled 50", "b", "cancelled 50", "c", "cancelled 0"), ended);
    }

    @Test
    void deadline_further_out_is_not_taken_for_the_page_s() {
        downstreams.on("a", hangs()).on("b", hangs()).on("c", answers("1"));
        CancelScope request = new CancelScope("request").withTimeout(Duration.ofMillis(70));

        ScopeResult<Outcome> result = scheduler.call("GET",
                () -> request.call(() -> made(ROUTE, Map.of("id", "42"))));

        assertTrue(result.isCancelled());
        assertTime(70);
        assertEquals("cancelled 70", ended.get("a"));
    }

    @Test
    void cancelled_caller_asks_nobody() {
        downstreams.on("a", answers("1")).on("b", answers("1")).on("c", answers("1"));
        CancelScope request = new CancelScope("request");
        request.cancel("too late");

        ScopeResult<Outcome> result = scheduler.call("GET",
                () -> request.call(() -> made(ROUTE, Map.of("id", "42"))));

        assertTrue(result.isCancelled());
        assertEquals(0, downstreams.calls().size());
    }

    @Test
    void shutdown_ends_every_call() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(2);
        Downstream hanging = call -> {
            asked.countDown();
            return hangs().call(call);
        };
        downstreams.on("a", hanging).on("b", hanging).on("c", answers("1"));
        Scheduler real = Scheduler.open();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread request = Thread.ofVirtual()
                .start(() -> thrown.set(assertThrows(Throwable.class, () -> real.run("GET",
                        () -> made(lasting(Duration.ofMinutes(1)), Map.of())))));
        assertTrue(asked.await(30, TimeUnit.SECONDS));

        real.close();
        request.join();

        assertEquals(CancelReason.Source.SHUTDOWN,
                assertInstanceOf(ScopeCancelledException.class, thrown.get()).reason().source());
        assertEquals(0, real.statistics().tasks());
    }

    @Test
    void calls_that_block_in_foreign_code_are_interrupted() {
        CountDownLatch never = new CountDownLatch(1);
        Downstream blocking = call -> {
            never.await();
            throw new AssertionError("nobody opened the latch");
        };
        downstreams.on("a", blocking).on("b", blocking).on("c", answers("1"));

        try (Scheduler real = Scheduler.open()) {
            Outcome outcome = real.call("GET",
                    () -> made(lasting(Duration.ofMillis(100)), Map.of()));

            assertEquals(ErrorType.DEADLINE_EXCEEDED, failure(outcome).type());
            assertEquals("a", failure(outcome).part());
            assertEquals(0, real.statistics().tasks());
        }
    }

    @Test
    void call_that_disguises_its_interrupt_as_a_failure_is_still_only_late() {
        downstreams.on("a", disguising()).on("b", disguising()).on("c", answers("1"));

        Outcome outcome = page(ROUTE);

        assertEquals(ErrorType.DEADLINE_EXCEEDED, failure(outcome).type());
        assertEquals(Map.of("a", "deadline_exceeded 800", "b", "timeout 500", "c", "deadline_exceeded 0"),
                ended);
    }

    @Test
    void answer_that_is_there_counts_although_the_deadline_has_passed_meanwhile() {
        downstreams.on("a", call -> {
            clock.jump(Duration.ofMillis(900)); // busy: no checkpoint sees the deadline
            return answers("1").call(call);
        });

        assertComplete("{\"a\":1}", page(route(required("a", "/"))));
    }

    @Test
    void thread_that_made_a_page_is_given_back_without_an_interrupt() {
        downstreams.on("a", hangs());

        page(route(optional("a", "/")));

        assertEquals(false, Thread.interrupted());
        assertNull(ended.get("b"));
    }

    private static RouteConfig lasting(Duration deadline) {
        return Parts.route("/", deadline, List.copyOf(ROUTE.parts().values()));
    }

    /// Waits for ever, and takes what stops it for a failure of the connection.
    private static Downstream disguising() {
        return call -> {
            try {
                return hangs().call(call);
            } finally {
                failed();
            }
        };
    }

    private static void failed() throws DownstreamException {
        throw new DownstreamException(ErrorType.RESET, "the connection was closed", null);
    }
}
