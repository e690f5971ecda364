package dev.structured.service.client;

import static dev.structured.service.client.Rig.PATIENCE;
import static dev.structured.service.client.Rig.faulty;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Task;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.client.CallObserver.EndedCall;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.BrokenAnswers;
import dev.structured.service.demo.Faults;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CancelTest {
    /* The aim is 20 ms; a machine that does other things too may take longer. */
    private static final Duration SOON = Duration.ofSeconds(20);
    /// Longer than any test may take.
    private static final Duration NEVER = Duration.ofMinutes(30);
    private static final Action.Answer ANSWER = Action.Answer.json(200, "{\"answer\": 42}");

    record Attempt(CancelScope scope, Task<@Nullable Void> task) {}

    /// Something that is done in a task and a scope of its own.
    interface Body {
        void run() throws Exception;
    }

    private static Attempt call(Rig rig, Downstream downstream, String path) {
        return call(rig.nursery, () -> Rig.get(downstream, path));
    }

    static Attempt call(Nursery nursery, Body body) {
        CancelScope scope = new CancelScope("call");
        return new Attempt(scope, nursery.startSoon("call", () -> scope.run(body::run)));
    }

    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "waited in vain");
            Checkpoints.sleep(Duration.ofMillis(1));
        }
    }

    @Test
    void cancelled_call_that_waits_for_its_answer_closes_the_connection() {
        cancelled_in(Faults.hang());
    }

    @Test
    void cancelled_call_that_waits_for_the_body_closes_the_connection() {
        cancelled_in(BrokenAnswers.hangInBody(ANSWER));
    }

    @Test
    void cancelled_call_that_reads_a_dripping_body_closes_the_connection() {
        cancelled_in(Faults.drip(ANSWER, NEVER));
    }

    private static void cancelled_in(Action fault) {
        Rig.run(faulty(fault), rig -> {
            Attempt attempt = call(rig, rig.downstream, "/fault");
            await(() -> rig.server.requests() == 1);
            long cancelled = System.nanoTime();
            attempt.scope().cancel("test");
            long noticed = rig.server.awaitAbandoned(PATIENCE);
            attempt.task().await();
            assertTrue(noticed - cancelled < SOON.toNanos(),
                    () -> "closed after " + (noticed - cancelled) / 1e6 + " ms");
            assertTrue(attempt.scope().absorbedCancellation());
            assertEquals("cancelled", rig.observer.last().errorType());
            assertEquals(1, rig.observer.ended.size());
            assertTrue(rig.server.awaitNoConnections(PATIENCE));
            assertEquals("/next", rig.echoed("/next"));
        });
    }

    /// The client of a request that is passed on leaves with the last bytes of its answer.
    @Test
    void call_that_is_cancelled_when_its_answer_has_arrived_keeps_the_connection() {
        Rig.runTimeless(Rig::echo, rig -> {
            for (int length : new int[]{0, 4, 0}) {
                CancelScope client = new CancelScope("client");
                client.run(() -> rig.downstream.call(
                        Call.passing(new Leaving(client, ByteBuffer.allocate(length)), "/x", "/**", "id",
                                Origin.NONE)));
                assertTrue(client.absorbedCancellation());
                assertEquals("cancelled", rig.observer.last().errorType());
            }
            assertEquals(1, rig.server.acceptedConnections());
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(1, rig.server.acceptedConnections());
        });
    }

    @Test
    void cancelled_call_that_waits_for_a_connection_leaves_the_queue() {
        Rig.run(withConnections(1, Duration.ofSeconds(5)), faulty(Faults.hang()), rig -> {
            Attempt first = call(rig, rig.downstream, "/fault");
            await(() -> rig.server.requests() == 1);
            Attempt second = call(rig, rig.downstream, "/queued");
            await(() -> rig.observer.started.get() == 2);
            second.scope().cancel("test");
            second.task().await();
            assertEquals(List.of("cancelled"),
                    rig.observer.ended.stream().map(EndedCall::errorType).toList());
            first.scope().cancel("test");
            first.task().await();
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(2, rig.server.requests(), "the cancelled call was never sent");
        });
    }

    @Test
    void cancelled_call_that_connects_is_free_at_once() throws Exception {
        try (BlackHole hole = new BlackHole()) {
            Rig.run(Rig::echo, rig -> {
                Downstream downstream = rig.http.open(withConnections(8, Duration.ofMinutes(1)), hole.url(),
                        rig.observer);
                Attempt attempt = call(rig, downstream, "/void");
                await(() -> rig.http.openConnections().size() == 2 && rig.observer.started.get() == 1);
                long cancelled = System.nanoTime();
                attempt.scope().cancel("test");
                attempt.task().await();
                assertTrue(System.nanoTime() - cancelled < SOON.toNanos());
                assertEquals("cancelled", rig.observer.last().errorType());
            });
        }
    }

    @Test
    void interrupt_comes_out_as_itself_and_only_once() throws Exception {
        Rig.run(faulty(Faults.hang()), rig -> {
            Thread caller = Thread.currentThread();
            Task<@Nullable Void> interrupter = rig.nursery.startSoon("interrupter", () -> {
                await(() -> rig.server.requests() == 1);
                caller.interrupt();
            });
            Throwable thrown = assertThrows(Throwable.class, () -> rig.get("/fault"));
            assertInstanceOf(InterruptedException.class, thrown);
            assertFalse(Thread.currentThread().isInterrupted());
            interrupter.await();
            assertTrue(rig.server.awaitNoConnections(PATIENCE));
        });
    }

    @Test
    void call_of_an_interrupted_thread_sends_nothing() {
        Rig.run(Rig::echo, rig -> {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, () -> rig.get("/never"));
            assertEquals("/next", rig.echoed("/next"));
            assertEquals(1, rig.server.requests());
            assertEquals("cancelled", rig.observer.ended.getFirst().errorType());
        });
    }

    @Test
    void all_calls_of_a_cancelled_page_close_their_connections() {
        Rig.run(faulty(Faults.hang()), rig -> {
            CancelScope page = new CancelScope("page");
            Task<@Nullable Void> task = rig.nursery.startSoon("page",
                    () -> page.run(() -> Nursery.run(parts -> {
                        for (int i = 0; i < 5; i++) parts.startSoon("part-" + i, () -> rig.get("/fault"));
                    })));
            await(() -> rig.server.requests() == 5);
            long cancelled = System.nanoTime();
            page.cancel("test");
            for (int i = 0; i < 5; i++)
                assertTrue(rig.server.awaitAbandoned(PATIENCE) - cancelled < SOON.toNanos());
            task.await();
        });
    }

    static DownstreamConfig withConnections(int most, Duration connectTimeout) {
        return Rig.with("maxConnections: " + most, "connectTimeout: " + connectTimeout.toMillis() + "ms");
    }

    /// A client that has sent its request, and leaves when it gets a byte of the answer's body.
    private record Leaving(CancelScope scope, ByteBuffer body) implements UntimedPassage {
        @Override
        public String method() {
            return body.hasRemaining() ? "POST" : "GET";
        }

        @Override
        public long length() {
            return body.limit();
        }

        @Override
        public boolean hasArrived() {
            return true;
        }

        @Override
        public @Nullable ByteBuffer read() {
            return body.hasRemaining() ? body : null;
        }

        @Override
        public void write(ByteBuffer bytes) {
            if (!bytes.hasRemaining()) return;
            scope.cancel("the client went away");
            Checkpoints.checkCancelled();
        }
    }
}
