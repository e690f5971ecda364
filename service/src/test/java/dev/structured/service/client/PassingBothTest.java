package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Cancelled;
import dev.structured.core.Checkpoints;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Scheduler;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassingBothTest {
    private static final String ANSWER = "HTTP/1.1 200 .\r\nContent-Length: 0\r\n\r\n";
    private static final long SHORTLY = 1;
    private static final long FOR_EVER = Long.MAX_VALUE;

    /// A socket whose answer arrives while the last bytes of the body are being written. An interrupt of the
    /// write closes it.
    ///
    /// @param millis the time for which the write goes on after the answer, by the scheduler's clock
    private record LateWire(String last, long millis, CountDownLatch begun, CountDownLatch answered)
            implements
                Wire {

        LateWire(String last, long millis) {
            this(last, millis, new CountDownLatch(1), new CountDownLatch(1));
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            await(begun);
            into.put(ANSWER.getBytes(US_ASCII));
            answered.countDown();
            return ANSWER.length();
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (!US_ASCII.decode(bytes).toString().equals(last)) return;
            begun.countDown();
            await(answered);
            try {
                if (millis == FOR_EVER) Checkpoints.sleepForever();
                else
                    Checkpoints.sleep(Duration.ofMillis(millis));
            } catch (Cancelled e) {
                throw interrupted();
            }
        }

        private static void await(CountDownLatch latch) throws IOException {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }

        private static IOException interrupted() {
            Thread.currentThread().interrupt();
            return new ClosedByInterruptException();
        }

        @Override
        public boolean isSilent() {
            return true;
        }

        @Override
        public String protocol() {
            return "";
        }

        @Override
        public void close() {}
    }

    /// A POST with a body of two pieces.
    ///
    /// @param atEnd is run behind the last piece
    /// @param answered is run when the answer is passed back
    private record Post(long length, Queue<ByteBuffer> pieces, Runnable atEnd, Runnable answered)
            implements
                UntimedPassage {

        Post(long length) {
            this(length, () -> {}, () -> {});
        }

        Post(long length, Runnable atEnd, Runnable answered) {
            this(length, new ArrayDeque<>(List.of(US_ASCII.encode("hello"), US_ASCII.encode("world"))), atEnd,
                    answered);
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public boolean hasArrived() {
            return false;
        }

        @Override
        public @Nullable ByteBuffer read() {
            if (pieces.isEmpty()) atEnd.run();
            return pieces.poll();
        }

        @Override
        public void write(ByteBuffer bytes) {
            answered.run();
        }
    }

    /// Returns true if the connection can be used again.
    private static boolean isKept(long length, Wire wire) throws Exception {
        return isKept(new Post(length), wire, new CancelScope());
    }

    /// Passes on by a virtual clock: a machine that stalls takes no time from the last write.
    ///
    /// @param client the scope of the call
    private static boolean isKept(Post post, Wire wire, CancelScope client) throws Exception {
        HttpConnection connection = new HttpConnection(wire, 8_192);
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            scheduler.run("test", () -> client.run(() -> {
                connection.begin();
                new PassingBoth(connection, new PassedExchange(post, null)).pass();
            }));
        }
        return connection.isFree();
    }

    @ParameterizedTest
    @CsvSource({"1, true", FOR_EVER + ", false"})
    void last_write_may_end_although_the_client_leaves_with_the_answer(long millis, boolean kept)
            throws Exception {
        CancelScope client = new CancelScope("client");
        Post post = new Post(10, () -> {}, () -> {
            client.cancel();
            Checkpoints.checkpoint();
        });
        assertEquals(kept, isKept(post, new LateWire("world", millis), client));
        assertTrue(client.absorbedCancellation());
    }

    @Test
    void body_that_ends_early_is_not_sent() throws Exception {
        LateWire wire = new LateWire("none", SHORTLY);
        assertFalse(isKept(new Post(15, wire.begun::countDown, () -> {}), wire, new CancelScope()));
    }

    @Test
    void interrupt_from_outside_is_not_lost() {
        Thread caller = Thread.currentThread();
        Wire wire = new LateWire("none", SHORTLY);
        Post post = new Post(10, caller::interrupt, () -> {});
        var thrown = assertThrows(NurseryFailedException.class, () -> isKept(post, wire, new CancelScope()));
        assertInstanceOf(InterruptedException.class, thrown.getCause());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10})
    void answer_that_overtakes_the_last_write_keeps_the_connection(long length) throws Exception {
        String last = length < 0 ? "0\r\n\r\n" : "world";
        assertTrue(isKept(length, new LateWire(last, SHORTLY)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 10})
    void last_write_that_nobody_takes_is_given_up(long length) throws Exception {
        String last = length < 0 ? "0\r\n\r\n" : "world";
        assertFalse(isKept(length, new LateWire(last, FOR_EVER)));
    }

    @Test
    void answer_before_the_last_piece_stops_the_upload() throws Exception {
        assertFalse(isKept(10, new LateWire("hello", FOR_EVER)));
    }
}
