package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cancellation of foreign blocking code, on real threads: what sleeps here *is* the foreign code. The labels
/// J4 to J8 are those of the design.
class InterruptTest extends RealTest {
    private final List<String> trail = new CopyOnWriteArrayList<>();
    private final List<String> stuck = new CopyOnWriteArrayList<>();

    @Override
    void stuck(Task<?> task, long nanos) {
        stuck.add(task.path());
    }

    static void sleepLong() throws InterruptedException {
        Thread.sleep(LONG);
    }

    static boolean isFlagSet() {
        return Thread.currentThread().isInterrupted();
    }

    /// Runs foreign code that would block for long, in a scope with a short timeout, on a virtual thread; and
    /// asserts that it is cut short, that the scope takes this for its cancellation, and that no flag comes
    /// out.
    private CancelScope assertCutShort(Body<Exception> foreign) {
        CancelScope scope = new CancelScope("short").withTimeout(millis(20));
        scheduler.run("main", () -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
            scope.run(foreign);
            assertFalse(isFlagSet());
        })));
        assertFlags(scope, true, true);
        return scope;
    }

    /// The same on the thread that was adopted.
    private void assertCutShortOnAdoptedThread(Body<Exception> foreign) throws Exception {
        CancelScope scope = new CancelScope("short").withTimeout(millis(20));
        scheduler.run("main", () -> {
            scope.run(foreign);
            assertFalse(isFlagSet());
        });
        assertFlags(scope, true, true);
        assertFalse(Thread.interrupted());
    }

    @Nested
    class Shapes {
        @TempDir
        Path directory;

        @Test
        void interrupted_exception() throws Exception {
            assertCutShort(InterruptTest::sleepLong);
            assertCutShortOnAdoptedThread(InterruptTest::sleepLong);
        }

        @Test
        void interrupted_exception_wrapped_by_somebody() throws Exception {
            Body<Exception> wrapping = () -> {
                try {
                    sleepLong();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("wrapped", new IOException(e));
                }
            };
            assertCutShort(wrapping);
            assertCutShortOnAdoptedThread(wrapping);
        }

        @Test
        void socket_that_was_closed_by_the_interrupt() throws Exception {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                assertCutShort(() -> socket.getInputStream().read());
                assertTrue(socket.isClosed());
            }
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                assertCutShort(server::accept);
            }
        }

        @Test
        void socket_channel_that_was_closed_by_the_interrupt() throws Exception {
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (ServerSocketChannel server = ServerSocketChannel.open().bind(loopback)) {
                try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                    assertCutShort(() -> channel.read(ByteBuffer.allocate(1)));
                }
                try (SocketChannel channel = SocketChannel.open(server.getLocalAddress())) {
                    assertCutShortOnAdoptedThread(() -> channel.read(ByteBuffer.allocate(1)));
                }
            }
        }

        @Test
        void file_channel_that_was_closed_by_the_interrupt() throws Exception {
            Path file = Files.write(directory.resolve("file"), new byte[8]);
            Body<Exception> reading = () -> {
                try (FileChannel channel = FileChannel.open(file)) {
                    while (true)
                        channel.read(ByteBuffer.allocate(1), 0);
                }
            };
            assertCutShort(reading);
            assertCutShortOnAdoptedThread(reading);
        }

        @Test
        void file_lock_that_was_not_got() throws Exception {
            Path file = Files.write(directory.resolve("file"), new byte[8]);
            assertCutShort(() -> {
                spinUntil(InterruptTest::isFlagSet);
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.lock();
                }
            });
        }

        @Test
        void interrupted_io() throws Exception {
            Body<Exception> reading = () -> {
                try (var in = new PipedInputStream(); var out = new PipedOutputStream(in)) {
                    assertNotNull(out);
                    in.read();
                }
            };
            assertCutShort(reading);
            assertCutShortOnAdoptedThread(reading);
        }

        @Test
        void silent_return() throws Exception {
            Body<Exception> parking = () -> {
                LockSupport.parkNanos(LONG.toNanos());
                assertTrue(isFlagSet());
                Checkpoints.checkpoint();
            };
            assertCutShort(parking);
            assertCutShortOnAdoptedThread(parking);
        }

        @Test
        void nothing_at_all() throws Exception {
            Body<Exception> computing = () -> {
                spinUntil(InterruptTest::isFlagSet);
                Checkpoints.checkpoint();
            };
            assertCutShort(computing);
            assertCutShortOnAdoptedThread(computing);
        }

        @Test
        void original_is_kept_as_a_detail() {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer").withTimeout(millis(20));
                outer.run(() -> {
                    var cancelled = assertThrows(Cancelled.class,
                            () -> new CancelScope("inner").run(InterruptTest::sleepLong));
                    assertEquals("outer", cancelled.reason().scope());
                    assertInstanceOf(InterruptedException.class, cancelled.getSuppressed()[0]);
                    throw cancelled;
                });
                assertFlags(outer, true, true);
            });
        }
    }

    /// What fails while it is cancelled, but not because of that, is reported.
    @Nested
    class Real_failures {
        private <X extends Exception> X failureOf(Class<X> type, Body<Exception> foreign) {
            CancelScope scope = new CancelScope();
            X failure = assertThrows(type, () -> scheduler.run("main", () -> scope.run(() -> {
                scope.cancel();
                foreign.run();
            })));
            assertFlags(scope, true, false);
            return failure;
        }

        @Test
        void timeout_of_the_sockets_own() throws Exception {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                socket.setSoTimeout(10);
                failureOf(SocketTimeoutException.class, () -> socket.getInputStream().read());
            }
        }

        @Test
        void connection_reset() throws Exception {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                try (Socket accepted = server.accept()) {
                    accepted.setSoLinger(true, 0); // its close resets the connection
                }
                var failure = failureOf(SocketException.class, () -> socket.getInputStream().read());
                assertTrue(failure.getMessage().contains("reset"), failure.getMessage());
            }
        }

        @Test
        void illegal_state() {
            var failure = new IllegalStateException("E", new IOException("cause"));
            assertSame(failure, failureOf(IllegalStateException.class, () -> {
                throw failure;
            }));
        }

        @Test
        void failure_of_a_child_counts_although_it_mentions_an_interrupt_of_somebody() {
            var failure = new AssertionError("E", new InterruptedException("of a thread far away"));
            assertSame(failure, assertThrows(AssertionError.class,
                    () -> scheduler.run("main",
                            () -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
                                throw failure;
                            })))));
        }
    }

    @Nested
    class Swallowing {
        @Test
        void swallowed_interrupt_is_sent_again() {
            scheduler.run("main", () -> Timeouts.moveOnAfter(millis(20), () -> Nursery.run(nursery -> {
                nursery.startSoon("stubborn", () -> {
                    assertThrows(InterruptedException.class, InterruptTest::sleepLong);
                    assertThrows(InterruptedException.class, InterruptTest::sleepLong);
                    trail.add("sent again");
                });
            })));
            assertEquals(List.of("sent again"), trail);
        }

        @Test
        void reminders_go_on_and_come_ever_more_slowly() {
            var interrupts = new AtomicInteger();
            long start = System.nanoTime();
            scheduler.run("main", () -> Timeouts.moveOnAfter(millis(1), () -> Nursery.run(nursery -> {
                nursery.startSoon("stubborn", () -> {
                    long end = start + 1_000_000_000;
                    while (System.nanoTime() < end || interrupts.get() < 4 || stuck.size() < 2) {
                        LockSupport.parkNanos(Math.max(1_000_000, end - System.nanoTime()));
                        if (Thread.interrupted()) interrupts.incrementAndGet();
                    }
                });
            })));
            // at 0, 2, 6, 14, 30, 62, 126, 254 and 510 ms, and so on; later on a busy machine, never earlier
            long millis = (System.nanoTime() - start) / 1_000_000;
            int most = 3 + Long.SIZE - Long.numberOfLeadingZeros(millis);
            assertTrue(interrupts.get() <= most, () -> interrupts + " interrupts in " + millis + " ms");
            assertEquals("main/stubborn", stuck.getFirst());
        }

        /// J5
        @Test
        void next_checkpoint_throws_after_a_swallowed_interrupt() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(millis(10));
                scope.run(() -> {
                    assertThrows(InterruptedException.class, InterruptTest::sleepLong);
                    Checkpoints.checkpoint();
                    trail.add("not reached");
                });
                assertFlags(scope, true, true);
            });
            assertEquals(List.of(), trail);
        }

        /// J6
        @Test
        void catching_exceptions_does_not_stop_a_cancellation() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(millis(10));
                scope.run(() -> {
                    for (int i = 0; i < 3; i++) {
                        try {
                            sleepLong();
                        } catch (Exception e) {
                            trail.add("swallowed");
                        }
                    }
                    try {
                        Checkpoints.checkpoint();
                    } catch (Exception e) {
                        trail.add("not reached");
                    }
                    trail.add("not reached either");
                });
                assertFlags(scope, true, true);
            });
            assertEquals(List.of("swallowed", "swallowed", "swallowed"), trail);
        }

        /// Without that, the reminder would come, in the end, a second too late for such a sleep.
        @Test
        void checkpoint_that_was_swallowed_too_delivers_again() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    for (int i = 0; i < 14; i++) {
                        assertThrows(InterruptedException.class, () -> Thread.sleep(4_000));
                        assertThrows(Cancelled.class, Checkpoints::checkCancelled);
                    }
                });
            });
        }

        @Test
        void wait_that_was_cut_short_delivers_to_the_foreign_code_behind_it() throws Exception {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope().withTimeout(millis(10));
                scope.run(() -> {
                    assertThrows(Cancelled.class, Checkpoints::sleepForever);
                    assertTrue(isFlagSet());
                    sleepLong();
                });
                assertFlags(scope, true, true);
            });
        }

        @Test
        void wait_that_was_swallowed_too_delivers_again() {
            scheduler.run("main", () -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    scope.cancel();
                    for (int i = 0; i < 3; i++) {
                        assertThrows(Cancelled.class, Checkpoints::sleepForever);
                        assertTrue(isFlagSet());
                        assertThrows(InterruptedException.class, InterruptTest::sleepLong);
                    }
                });
            });
        }
    }

    /// J7
    @Nested
    class Cancellers {
        @Test
        void platform_thread_outside_the_run() {
            CancelScope scope = new CancelScope();
            var inside = new CountDownLatch(2);
            Other canceller = otherThread(() -> {
                inside.await();
                scope.cancel("from outside");
            });
            scheduler.run("main", () -> scope.run(() -> Nursery.run(nursery -> {
                nursery.startSoon("waiting", () -> {
                    inside.countDown();
                    Checkpoints.sleepForever();
                });
                nursery.startSoon("foreign", () -> {
                    inside.countDown();
                    sleepLong();
                });
            })));
            join(canceller);
            assertFlags(scope, true, true);
            assertEquals(new CancelReason(CancelReason.Source.EXPLICIT, "scope", "from outside", null),
                    scope.reason());
        }

        @Test
        void timer() {
            CancelScope scope = assertCutShort(() -> Nursery.run(nursery -> {
                nursery.startSoon("waiting", Checkpoints::sleepForever);
                nursery.startSoon("foreign", InterruptTest::sleepLong);
            }));
            assertEquals(CancelReason.Source.DEADLINE, scope.reason().source());
        }

        @Test
        void another_task_of_the_run() {
            scheduler.run("main", () -> Nursery.run(nursery -> {
                nursery.startSoon("foreign", InterruptTest::sleepLong);
                nursery.startSoon("canceller", () -> nursery.scope().cancel());
            }));
        }
    }

    /// J4: the run's own scope was cancelled, and nobody noticed.
    @Test
    void flag_of_a_cancelled_run_does_not_go_back_to_the_owner_of_its_thread() {
        Scheduler closing = Scheduler.open();
        var inside = new CountDownLatch(1);
        Other closer = otherThread(() -> {
            inside.await();
            closing.close();
        });
        assertEquals("value", closing.call("main", () -> {
            inside.countDown();
            spinUntil(InterruptTest::isFlagSet);
            return "value";
        }));
        assertFalse(Thread.interrupted());
        join(closer);
    }

    /// J8
    @Test
    void task_that_waits_for_a_monitor_is_reported_as_stuck_and_awaited() throws Exception {
        Object monitor = new Object();
        var held = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Other holder = otherThread(() -> {
            synchronized (monitor) {
                held.countDown();
                release.await();
            }
        });
        scheduler.run("main", () -> {
            held.await();
            Timeouts.moveOnAfter(millis(10), () -> Nursery.run(nursery -> {
                nursery.startSoon("blocked", () -> {
                    synchronized (monitor) {
                        trail.add("got it");
                    }
                });
                nursery.startSoon("reporter", () -> new CancelScope().withShield().run(() -> {
                    spinUntil(() -> stuck.contains("main/blocked"));
                    trail.add("stuck");
                    release.countDown();
                }));
            }));
        });
        assertEquals(List.of("stuck", "got it"), trail);
        join(holder);
    }
}
