package dev.structured.service.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The test is the selector's thread: it does what Jetty's does, and counts how often that one would have
/// been woken. When a new Jetty breaks one of these tests, [ReadAheadEndPoint] has to be looked at.
class ReadAheadEndPointTest {
    private static final int MOST_BYTES = ReadAhead.MOST_HEAD_BYTES;

    private final AtomicInteger wakeUps = new AtomicInteger();
    private final AtomicInteger callbacks = new AtomicInteger();
    private final Scheduler scheduler = new ScheduledExecutorScheduler();
    private final Callback callback = Callback.from(callbacks::incrementAndGet);
    private final ReadAheadBudget budget = new ReadAheadBudget(MOST_BYTES);
    private Selector selector;
    private SocketChannel client;
    private SelectionKey key;
    private ReadAheadEndPoint endPoint;

    @BeforeEach
    void connect() throws Exception {
        scheduler.start();
        selector = Selector.open();
        try (ServerSocketChannel port = ServerSocketChannel.open()) {
            port.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            client = SocketChannel.open(port.getLocalAddress());
            SocketChannel accepted = port.accept();
            accepted.configureBlocking(false);
            key = accepted.register(selector, 0);
            endPoint = new ReadAheadEndPoint(accepted, new CountedSelector(), key, scheduler,
                    new ServiceTime(System::nanoTime, Long.MAX_VALUE), budget, Runnable::run);
        }
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        endPoint.close();
        selector.close();
        scheduler.stop();
    }

    /// Has updates of keys made at once, in place of the thread that a submission wakes.
    private final class CountedSelector extends ManagedSelector {
        CountedSelector() {
            super(new NoSelectors(scheduler), 0);
        }

        @Override
        public void submit(SelectorUpdate update) {
            wakeUps.incrementAndGet();
            update.update(selector);
        }
    }

    private static final class NoSelectors extends SelectorManager {
        NoSelectors(Scheduler scheduler) {
            super(Runnable::run, scheduler);
        }

        @Override
        protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector own, SelectionKey key) {
            throw new AssertionError("the test makes its end point itself");
        }

        @Override
        public Connection newConnection(SelectableChannel channel, EndPoint end, Object attachment) {
            throw new AssertionError("the test makes its end point itself");
        }
    }

    /// Waits until the selector finds something, and does what is to be done.
    ///
    /// @return false if nothing was
    private boolean select() throws IOException {
        selector.select();
        selector.selectedKeys().clear();
        Runnable task = endPoint.onSelected();
        endPoint.updateKey();
        if (task != null) task.run();
        return task != null;
    }

    private void send(String text) throws IOException {
        send(text.getBytes(US_ASCII));
    }

    private void send(byte[] bytes) throws IOException {
        client.write(ByteBuffer.wrap(bytes));
    }

    private String fill() throws IOException {
        ByteBuffer into = ByteBuffer.allocate(2 * MOST_BYTES).flip();
        int filled = endPoint.fill(into);
        return filled < 0 ? "end" : US_ASCII.decode(into).toString();
    }

    @Test
    void only_the_first_of_many_requests_wakes_the_selector() throws Exception {
        for (int i = 1; i <= 5; i++) {
            endPoint.fillInterested(callback);
            send("request " + i);
            assertTrue(select());
            assertEquals(i, callbacks.get());
            assertEquals("request " + i, fill());
            assertEquals("", fill());
        }
        assertEquals(1, wakeUps.get());
        assertEquals(SelectionKey.OP_READ, key.interestOps());
    }

    @Test
    void bytes_that_come_before_anybody_waits_are_told_at_once() throws Exception {
        endPoint.fillInterested(callback);
        send("first");
        assertTrue(select());
        send(", second");
        assertFalse(select(), "no reader waits");
        assertEquals(1, callbacks.get());
        endPoint.fillInterested(callback);
        assertEquals(2, callbacks.get());
        assertEquals("first, second", fill());
    }

    @Test
    void end_is_left_to_the_reader_behind_all_bytes() throws Exception {
        endPoint.fillInterested(callback);
        send("last");
        client.shutdownOutput();
        assertTrue(select());
        if (key.interestOps() != 0) select(); // the end was not yet there
        assertEquals(0, key.interestOps(), "the end stays readable");
        assertFalse(endPoint.isInputShutdown());
        assertEquals("last", fill());
        assertEquals("end", fill());
        assertTrue(endPoint.isInputShutdown());
    }

    @Test
    void end_that_came_before_anybody_waits_is_found_again() throws Exception {
        endPoint.fillInterested(callback);
        send("x");
        assertTrue(select());
        assertEquals("x", fill());
        client.shutdownOutput();
        assertFalse(select(), "no reader waits");
        assertEquals(0, key.interestOps());
        endPoint.fillInterested(callback);
        assertTrue(select());
        assertEquals(2, callbacks.get());
        assertEquals("end", fill());
    }

    @Test
    void reset_is_left_to_the_reader() throws Exception {
        endPoint.fillInterested(callback);
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();
        assertTrue(select());
        assertEquals(0, key.interestOps());
        assertEquals("end", fill());
        assertTrue(endPoint.isReset());
    }

    @Test
    void more_bytes_than_are_kept_wait_in_the_socket() throws Exception {
        endPoint.fillInterested(callback);
        send(new byte[MOST_BYTES + 1000]);
        while (key.interestOps() != 0)
            select();
        assertEquals(MOST_BYTES, endPoint.ahead().kept());
        assertEquals(MOST_BYTES, fill().length());
        assertEquals(1000, fill().length());
        assertEquals(MOST_BYTES, budget.left());
        endPoint.fillInterested(callback);
        assertEquals(SelectionKey.OP_READ, key.interestOps());
        assertEquals(2, wakeUps.get());
    }

    /// What is read of a body waits in memory for as long as nobody wants it; many would use up the budget.
    @Test
    void little_is_read_of_a_body_before_anybody_wants_it() throws Exception {
        endPoint.fillInterested(callback);
        send("head");
        assertTrue(select());
        assertEquals("head", fill());
        endPoint.requestBegan(true);
        send(new byte[MOST_BYTES]);
        while (key.interestOps() != 0)
            select();
        assertEquals(1, callbacks.get());
        assertEquals(ReadAhead.FIRST_BYTES, endPoint.ahead().kept());
        assertEquals(MOST_BYTES, budget.left());
        endPoint.fillInterested(callback);
        assertEquals(2, callbacks.get());
        assertEquals(ReadAhead.FIRST_BYTES, fill().length());
        assertEquals(MOST_BYTES - ReadAhead.FIRST_BYTES, fill().length());
    }

    @Test
    void reader_that_was_quicker_is_not_called() throws Exception {
        endPoint.fillInterested(callback);
        send("x");
        selector.select();
        selector.selectedKeys().clear();
        assertEquals("x", fill());
        assertNull(endPoint.onSelected());
        endPoint.updateKey();
        assertEquals(0, callbacks.get());
        send("y");
        assertTrue(select());
        assertEquals(1, callbacks.get());
    }
}
