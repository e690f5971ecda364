package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.admission.Admission;
import dev.structured.service.admission.AdmissionObserver;
import dev.structured.service.admission.Entry;
import dev.structured.service.admission.LoadLimit;
import dev.structured.service.admission.Ticket;
import dev.structured.service.admission.Waiting;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Origin;
import dev.structured.service.aggregate.Passage;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.Priority;
import dev.structured.service.guard.GuardObserver.BreakerState;
import dev.structured.testing.StructuredTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the guards learn from requests that are passed on: the downstream's time, and not the client's.
class PassedLatencyTest {
    private static final int AT_ONCE = 20;

    /// A client that takes its time to send its body, and to read the answer.
    private static final class SlowClient implements Passage {
        private final String method;
        private final long sends;
        private final long reads;
        private long begunAt;
        private long readAt;
        private boolean reading;

        /// @param sends how long it takes to send its body, in milliseconds; 0 for none
        /// @param reads how long it takes to read the answer
        SlowClient(String method, long sends, long reads) {
            this.method = method;
            this.sends = sends;
            this.reads = reads;
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public List<HeaderField> fields() {
            return List.of();
        }

        @Override
        public long length() {
            return sends == 0 ? 0 : -1;
        }

        @Override
        public boolean hasArrived() {
            return sends == 0;
        }

        @Override
        public @Nullable ByteBuffer read() {
            reading = true;
            Checkpoints.sleep(Duration.ofMillis(sends));
            reading = false;
            readAt = Math.max(1, Scheduler.current().nanoTime());
            return null;
        }

        @Override
        public void begin(int status, List<HeaderField> fields) {
            begunAt = Math.max(1, Scheduler.current().nanoTime());
        }

        @Override
        public void write(ByteBuffer bytes) {
            Checkpoints.sleep(Duration.ofMillis(reads));
        }

        @Override
        public boolean hasPassed() {
            return begunAt != 0;
        }

        @Override
        public long begunAt() {
            return begunAt;
        }

        @Override
        public long readAt() {
            return readAt;
        }

        @Override
        public boolean isReading() {
            return reading;
        }
    }

    private final DownstreamState state = DownstreamState.of(Settings.PLAIN.connections(AT_ONCE, 0).breaks()
            .config());
    /// How long the downstream takes once it has the request, in milliseconds.
    private long works = 10;

    private final Downstream downstream = DownstreamStack.around(call -> {
        Passage passage = Objects.requireNonNull(call.passage());
        if (passage.length() != 0 && passage.read() != null) throw new AssertionError("one piece");
        Checkpoints.sleep(Duration.ofMillis(works));
        passage.begin(200, List.of());
        passage.write(ByteBuffer.allocate(1));
        return ScriptedLeaf.reply(200);
    }, Settings.PLAIN.breaks().config(), state, GuardObserver.NONE);

    private Reply pass(SlowClient client) throws DownstreamException, InterruptedException {
        return downstream.call(Call.passing(client, "/x", "/**", "id", Origin.NONE));
    }

    /// Passes so many requests on at once, each with a place, and a few times.
    private void crowd(int rounds, String method, long sends, long reads) {
        Admission admission = new Admission(Scheduler.current()::nanoTime, AdmissionObserver.NONE);
        for (int round = 0; round < rounds; round++) {
            Nursery.run(nursery -> {
                for (int i = 0; i < AT_ONCE; i++) {
                    nursery.startSoon("request", () -> {
                        Entry entry = admission.enter(Priority.NORMAL, List.of(state.bottleneck()),
                                Duration.ofMillis(500).toNanos());
                        if (entry instanceof Waiting waiting) waiting.close();
                        if (!(entry instanceof Ticket ticket)) return;
                        try (ticket) {
                            pass(new SlowClient(method, sends, reads));
                        }
                    });
                }
            });
        }
    }

    @StructuredTest
    void slow_downstream_is_short() {
        crowd(30, "GET", 0, 0);
        works = 60;
        crowd(10, "GET", 0, 0);
        assertTrue(state.bottleneck().isShort());
    }

    @StructuredTest
    void client_that_reads_slowly_does_not_make_its_downstream_slow() {
        crowd(30, "GET", 0, 0);
        crowd(30, "GET", 0, 600);
        assertEquals(LoadLimit.NONE, state.bottleneck().limit());
        assertEquals(Duration.ofMillis(10), state.typicalLatency());
    }

    @StructuredTest
    void client_that_sends_slowly_does_not_make_its_downstream_slow() {
        crowd(30, "POST", 5, 0);
        crowd(30, "POST", 600, 0);
        assertEquals(LoadLimit.NONE, state.bottleneck().limit());
        assertEquals(Duration.ofMillis(10), state.typicalLatency());
    }

    @StructuredTest
    void methods_are_compared_with_their_own_kind() {
        crowd(30, "GET", 0, 0);
        works = 60;
        crowd(30, "REPORT", 0, 0);
        assertEquals(LoadLimit.NONE, state.bottleneck().limit());
    }

    @StructuredTest
    void client_that_never_sends_the_rest_does_not_open_the_breaker() throws Exception {
        pass(new SlowClient("POST", 5, 0));
        for (int i = 0; i < 40; i++) {
            new CancelScope("deadline").withTimeout(Duration.ofMillis(300))
                    .run(() -> pass(new SlowClient("POST", 10_000, 0)));
        }
        assertEquals(BreakerState.CLOSED, state.breakerState());
        works = 10_000;
        for (int i = 0; i < 40 && state.breakerState() == BreakerState.CLOSED; i++) {
            new CancelScope("deadline").withTimeout(Duration.ofMillis(300))
                    .run(() -> pass(new SlowClient("POST", 5, 0)));
        }
        assertEquals(BreakerState.OPEN, state.breakerState());
    }

    @StructuredTest
    void second_attempt_is_measured_from_its_own_beginning() throws Exception {
        DownstreamState retried = DownstreamState.of(Settings.PLAIN.breaks().config());
        int[] attempts = {0};
        Downstream again = DownstreamStack.around(call -> {
            Passage passage = Objects.requireNonNull(call.passage());
            Checkpoints.sleep(Duration.ofMillis(10));
            if (attempts[0]++ == 0) {
                passage.begin(200, List.of());
                throw new DownstreamException(ErrorType.INCOMPLETE, "before its body", null);
            }
            Checkpoints.sleepForever();
            throw new AssertionError("slept for ever");
        }, Settings.PLAIN.breaks().config(), retried, GuardObserver.NONE);
        SlowClient client = new SlowClient("GET", 0, 0);
        for (int i = 0; i < 40; i++) {
            new CancelScope("deadline").withTimeout(Duration.ofMillis(300)).run(() -> {
                try {
                    again.call(Call.passing(client, "/x", "/**", "id", Origin.NONE));
                } catch (DownstreamException e) {
                    assertEquals(ErrorType.INCOMPLETE, e.type());
                }
            });
            if (retried.breakerState() == BreakerState.OPEN) return;
        }
        throw new AssertionError("A hung downstream was taken for a slow client");
    }
}
