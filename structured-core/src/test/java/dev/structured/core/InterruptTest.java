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
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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

    private static void sleepLong() throws InterruptedException {
        Thread.sleep(LONG);
    }

    private static boolean isFlagSet() {
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
                    assertFalse(isFlagSet());
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

    /// An interrupt that is not ours ends the run, and is there again when the thread goes back to its owner.
    @Nested
    class From_outside {
        /// Runs the body in a run on a platform thread, interrupts the thread that the body names, and
        /// returns what the run threw. The adopted thread must have its flag then.
        private void assertEndsTheRun(Body<Exception> body) {
            assertEndsTheRun(body, () -> {});
        }

        /// @param then what is done when the thread has been interrupted
        private void assertEndsTheRun(Body<Exception> body, Runnable then) {
            var flag = new AtomicBoolean();
            var thrown = new AtomicReference<Throwable>();
            Other run = otherThread(() -> {
                try {
                    scheduler.run("main", body);
                } catch (Throwable t) {
                    thrown.set(t);
                }
                flag.set(Thread.interrupted());
            });
            Thread toInterrupt = target(run);
            if (toInterrupt != null) toInterrupt.interrupt();
            then.run();
            join(run);
            assertInterruptedFromOutside(thrown.get());
            assertTrue(flag.get(), "the flag was not restored");
        }

        private final AtomicReference<Thread> target = new AtomicReference<>();

        private Thread target(Other run) {
            spinUntil(() -> target.get() != null || !run.thread().isAlive());
            Thread thread = target.get();
            if (thread != null) {
                spinUntil(() -> thread.getState() == Thread.State.WAITING
                        || thread.getState() == Thread.State.TIMED_WAITING
                        || !thread.isAlive());
            }
            return thread;
        }

        private void here() {
            target.set(Thread.currentThread());
        }

        @Test
        void adopted_thread_while_parked() {
            assertEndsTheRun(() -> {
                here();
                Checkpoints.sleepForever();
            });
        }

        @Test
        void adopted_thread_in_foreign_code() {
            assertEndsTheRun(() -> {
                here();
                sleepLong();
            });
        }

        @Test
        void adopted_thread_while_it_waits_for_children() {
            assertEndsTheRun(() -> {
                here();
                Nursery.run(nursery -> nursery.startSoon("child", Checkpoints::sleepForever));
            });
        }

        @Test
        void child_while_parked() {
            assertEndsTheRun(() -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> {
                    here();
                    Checkpoints.sleepForever();
                });
                nursery.startSoon("sibling", InterruptTest::sleepLong);
            }));
        }

        @Test
        void child_in_foreign_code() {
            assertEndsTheRun(() -> Nursery.run(nursery -> {
                nursery.startSoon("child", () -> {
                    here();
                    sleepLong();
                });
                nursery.startSoon("sibling", Checkpoints::sleepForever);
            }));
        }

        @Test
        void child_in_foreign_code_in_a_shield() {
            assertEndsTheRun(() -> Nursery.run(nursery -> nursery.startSoon("child", () -> {
                here();
                new CancelScope().withShield().run(InterruptTest::sleepLong);
                trail.add("not reached");
            })));
            assertEquals(List.of(), trail);
        }

        @Test
        void child_of_a_shielded_nursery_in_foreign_code() {
            assertEndsTheRun(() -> {
                Nursery.run(nursery -> {
                    nursery.scope().setShielded(true);
                    nursery.startSoon("child", () -> {
                        here();
                        sleepLong();
                    });
                });
                Checkpoints.checkpoint();
            });
        }

        @Test
        void shielded_wait_goes_on_and_the_run_ends_after_it() {
            ParkingLot lot = new ParkingLot();
            assertEndsTheRun(() -> {
                here();
                new CancelScope().withShield().run(lot::park);
                trail.add("waited");
                Checkpoints.checkpoint();
                trail.add("not reached");
            }, () -> {
                assertEquals(List.of(), trail);
                assertEquals(1, lot.unpark(1));
            });
            assertEquals(List.of("waited"), trail);
        }

        @Test
        void flag_that_was_set_before_the_run() {
            assertEndsTheRun(() -> {
                Thread.currentThread().interrupt();
                Checkpoints.checkpoint();
            });
            Thread.currentThread().interrupt();
            assertInterruptedFromOutside(
                    assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
                        sleepLong();
                    })));
            assertTrue(Thread.interrupted());
        }

        @Test
        void run_that_ends_without_noticing_keeps_its_value_and_the_flag() {
            assertEquals(1, scheduler.call("main", () -> {
                Thread.currentThread().interrupt();
                return 1;
            }));
            assertTrue(Thread.interrupted());
            assertInterruptedFromOutside(assertThrows(ScopeCancelledException.class,
                    () -> scheduler.run("main", () -> Nursery.run(nursery -> {
                        nursery.startSoon("child", () -> Thread.currentThread().interrupt());
                        Checkpoints.sleepForever();
                    }))));
            assertTrue(Thread.interrupted());
        }

        @Test
        void interrupt_is_not_lost_behind_one_of_ours_that_comes_later() {
            assertEndsTheRun(() -> {
                CancelScope scope = new CancelScope();
                scope.run(() -> {
                    Thread.currentThread().interrupt();
                    scope.cancel();
                    sleepLong();
                });
                Checkpoints.checkpoint();
            });
        }

        @Test
        void closing_a_scheduler_is_interruptible() {
            Scheduler closing = Scheduler.open();
            var release = new CountDownLatch(1);
            Other run = otherThread(() -> closing.run("main",
                    () -> new CancelScope().withShield().run(() -> release.await())));
            spinUntil(() -> closing.statistics().runs() == 1);
            Thread.currentThread().interrupt();
            assertInterruptedFromOutside(assertThrows(ScopeCancelledException.class, closing::close));
            assertTrue(Thread.interrupted());
            release.countDown();
            spinUntil(() -> closing.statistics().runs() == 0);
            join(run);
            closing.close();
        }
    }

    @Nested
    class Shields {
        /// What our interrupt has made of the sleep is still flying when the shield goes up.
        @Test
        void interrupt_of_ours_that_a_shield_has_hidden_since_is_not_one_from_outside() throws Exception {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer").withTimeout(millis(10));
                CancelScope inner = new CancelScope("inner");
                outer.run(() -> {
                    inner.run(() -> {
                        try {
                            sleepLong();
                        } finally {
                            inner.setShielded(true);
                        }
                    });
                    trail.add("after inner");
                });
                assertFlags(outer, true, true);
                assertFlags(inner, false, false);
            });
            assertEquals(List.of(), trail);
        }

        @Test
        void one_from_outside_is_told_from_ours_that_a_shield_has_hidden_before() {
            assertInterruptedFromOutside(
                    assertThrows(ScopeCancelledException.class, () -> scheduler.run("main", () -> {
                        CancelScope outer = new CancelScope("outer").withTimeout(millis(10));
                        CancelScope inner = new CancelScope("inner");
                        outer.run(() -> {
                            inner.run(() -> {
                                assertThrows(InterruptedException.class, InterruptTest::sleepLong);
                                inner.setShielded(true);
                            });
                            new CancelScope("cleanup").withShield().run(() -> {
                                Thread.currentThread().interrupt();
                                sleepLong();
                            });
                        });
                    })));
            assertTrue(Thread.interrupted());
        }

        @Test
        void interrupt_of_ours_that_the_parents_shield_has_hidden_since_is_not_one_from_outside() {
            inChildWhoseParentRaisesTheShield(() -> {
                sleepLong();
                trail.add("not reached");
            });
            assertEquals(List.of(), trail);
        }

        @Test
        void socket_that_ours_has_closed_is_not_a_failure_when_a_shield_has_gone_up_since() {
            inChildWhoseParentRaisesTheShield(() -> {
                throw new ClosedByInterruptException(); // which leaves the flag as it is
            });
        }

        @Test
        void checkpoint_behind_a_shield_that_the_parent_has_raised_is_quiet_and_clears_the_flag() {
            inChildWhoseParentRaisesTheShield(() -> {
                Checkpoints.checkpoint();
                assertFalse(isFlagSet());
                Thread.sleep(1);
                trail.add("slept");
            });
            assertEquals(List.of("slept"), trail);
        }

        private void inChildWhoseParentRaisesTheShield(Body<Exception> body) {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                var interrupted = new AtomicBoolean();
                var raised = new AtomicBoolean();
                outer.run(() -> {
                    Nursery.run(nursery -> {
                        nursery.startSoon("child", () -> {
                            spinUntil(InterruptTest::isFlagSet);
                            interrupted.set(true);
                            spinUntil(raised::get);
                            body.run();
                        });
                        outer.cancel();
                        spinUntil(interrupted::get);
                        nursery.scope().setShielded(true);
                        raised.set(true);
                    });
                    Checkpoints.checkpoint();
                });
                assertFlags(outer, true, true);
            });
        }

        @Test
        void shield_keeps_the_flag_out_and_its_end_brings_it_back() throws Exception {
            scheduler.run("main", () -> {
                CancelScope outer = new CancelScope("outer");
                outer.run(() -> {
                    outer.cancel();
                    assertTrue(isFlagSet());
                    new CancelScope().withShield().run(() -> {
                        assertFalse(isFlagSet());
                        Thread.sleep(1);
                    });
                    assertTrue(isFlagSet());
                    CancelScope inner = new CancelScope();
                    inner.run(() -> {
                        inner.setShielded(true);
                        assertFalse(isFlagSet());
                        inner.setShielded(false);
                        assertTrue(isFlagSet());
                    });
                    sleepLong();
                });
                assertFlags(outer, true, true);
                assertFalse(isFlagSet());
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
