package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.Stages;
import dev.structured.core.channel.Watch;
import dev.structured.core.combine.RestartPolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.core.combine.Supervisor;
import dev.structured.core.interop.Futures;
import dev.structured.core.interop.Portal;
import dev.structured.core.interop.Workers;
import dev.structured.core.sync.Event;
import dev.structured.core.sync.TaskBarrier;
import dev.structured.core.sync.TaskCondition;
import dev.structured.core.sync.TaskLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A stack that ends inside a call that reaches other tasks, other runs or worker threads: nothing hangs,
/// nothing goes on without its task, and all can be used as before. [StackEndsInStepTest] has channels and
/// locks.
@Timeout(300)
class StackEndsInCallTest {
    private static final long PATIENCE_SECONDS = 30;

    private final StackEnds ends = new StackEnds();

    @AfterEach
    void close() {
        ends.close();
    }

    /// A run beside the deep task, in which a task waits for the end of the scene.
    private abstract static class Beside extends StackEnds.Scene {
        final CompletableFuture<Boolean> ready = new CompletableFuture<>();

        @Override
        void before(StackEnds ends) {
            ends.beside(() -> Nursery.run(nursery -> {
                open(nursery);
                ready.complete(true);
                goOn();
            }));
            ready.join();
        }

        abstract void open(Nursery nursery);

        void goOn() {}
    }

    private static final class InPortal extends Beside {
        private final AtomicInteger ran = new AtomicInteger();
        private final boolean closes;
        private Portal portal;
        private CompletableFuture<Integer> last;

        InPortal(boolean closes) {
            this.closes = closes;
        }

        @Override
        void open(Nursery nursery) {
            portal = Portal.open(nursery);
        }

        @Override
        void step() {
            if (closes) portal.close();
            else {
                last = portal.submit(ran::incrementAndGet);
                count++;
            }
        }

        @Override
        void after() {
            if (closes) return;
            last = portal.submit(ran::incrementAndGet);
            last.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            portal.close();
            StackEnds.awaitAtLeast(ran, count + 1);
        }
    }

    private static final class Posts extends Beside {
        private final AtomicInteger ran = new AtomicInteger();
        private final Event over = new Event();
        private RunEntry entry;

        @Override
        void open(Nursery nursery) {
            entry = RunEntry.open();
            nursery.startSoon(over::await);
        }

        @Override
        void step() {
            entry.post(ran::incrementAndGet);
            count++;
        }

        @Override
        void after() {
            StackEnds.awaitAtLeast(ran, count);
            entry.close();
            over.set();
        }
    }

    private static final class CancelsATask extends Beside {
        private Task<?> sleeper;

        @Override
        void open(Nursery nursery) {
            sleeper = nursery.startSoon("sleeper",
                    () -> Nursery.run(inner -> inner.startSoon("below", () -> Checkpoints.sleepForever())));
        }

        @Override
        void step() {
            sleeper.cancel();
        }

        @Override
        void after() {}
    }

    private static final class SaysStarted extends Beside {
        private final CompletableFuture<TaskStatus<String>> status = new CompletableFuture<>();
        private final Event returned = new Event();

        @Override
        void open(Nursery nursery) {
            nursery.startSoon(() -> {
                assertEquals("ready", nursery.<String, RuntimeException>start("server", toTell -> {
                    status.complete(toTell);
                    returned.await();
                }));
                returned.set();
            });
            status.join();
        }

        @Override
        void step() {
            if (count > 0) return;
            status.join().started("ready");
            count++;
        }

        @Override
        void after() {
            assertEquals(1, count);
        }
    }

    /// Work on a thread of its own: the task must not leave it alone.
    private abstract static class OnAWorker extends StackEnds.Scene {
        final Workers workers = new Workers("test", 1);

        abstract void work() throws InterruptedException;

        @Override
        void step() {
            try {
                work();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                if (workers.statistics().running() > 0) count++;
            }
        }

        @Override
        void after() {
            assertEquals(0, count, "threads without a task");
        }
    }

    /// The work goes on until its task waits for it.
    private static final class Blocks extends OnAWorker {
        @Override
        void work() throws InterruptedException {
            Thread host = Thread.currentThread();
            workers.run(() -> {
                while (host.getState() == Thread.State.RUNNABLE)
                    Thread.onSpinWait();
            });
        }
    }

    private static final class StopsForeignCode extends OnAWorker {
        @Override
        void work() throws InterruptedException {
            CountDownLatch stopped = new CountDownLatch(1);
            Timeouts.moveOnAfter(Duration.ofMillis(1),
                    () -> workers.onCancel(stopped::countDown, () -> stopped.await()));
        }
    }

    private static final class AwaitsFutures extends StackEnds.Scene {
        @Override
        void step() {
            CompletableFuture<String> future = new CompletableFuture<>();
            Wait.requireStack(); // for the other thread
            Thread.startVirtualThread(() -> future.complete("value"));
            Futures.await(future);
            Futures.await(future);
        }

        @Override
        void after() {}
    }

    private static final class UsesResources extends StackEnds.Scene {
        private int opened;
        private int closed;

        @Override
        void step() {
            Nursery.run(nursery -> {
                nursery.use("resource", this::closed, Duration.ofSeconds(10));
                opened++;
            });
        }

        private void closed() {
            closed++;
        }

        @Override
        void after() {
            assertEquals(opened, closed);
        }
    }

    private static final class MeetsAtABarrier extends Beside {
        private final TaskBarrier barrier = new TaskBarrier(2);
        private CancelScope scope;

        @Override
        void open(Nursery nursery) {
            scope = nursery.scope();
        }

        @Override
        void goOn() {
            while (true)
                barrier.await();
        }

        @Override
        void step() {
            barrier.await();
        }

        @Override
        void after() {
            barrier.await();
            scope.cancel();
        }
    }

    private static final class AwaitsACondition extends Beside {
        private final TaskLock lock = new TaskLock();
        private final TaskCondition condition = new TaskCondition(lock);
        private CancelScope scope;

        @Override
        void open(Nursery nursery) {
            scope = nursery.scope();
        }

        @Override
        void goOn() {
            while (true) {
                lock.run(condition::signalAll);
                Checkpoints.sleep(Duration.ofNanos(1));
            }
        }

        @Override
        void step() {
            lock.run(condition::await);
        }

        @Override
        void after() {
            lock.run(condition::await);
            scope.cancel();
            assertEquals(0, condition.statistics().waiting());
            assertNull(lock.statistics().brokenBy());
        }
    }

    private static final class Watches extends StackEnds.Scene {
        private final Watch<Integer> watch = Watch.open("watch", 0);

        @Override
        void step() {
            watch.await(value -> value == count);
            if (watch.update(value -> value + 1) == count + 1) count++;
        }

        @Override
        void after() {
            assertEquals(count, watch.get());
        }
    }

    private static final class Supervises extends StackEnds.Scene {
        private static final RestartPolicy POLICY = RestartPolicy
                .of(RetryPolicy.of(3, Duration.ofNanos(1), Duration.ofNanos(1)), Duration.ofMinutes(1));
        private final AtomicInteger going = new AtomicInteger();

        @Override
        void step() {
            try {
                Supervisor.run(POLICY, tasks -> {
                    int[] runs = new int[1];
                    tasks.startSoon("task", () -> {
                        going.incrementAndGet();
                        try {
                            if (runs[0]++ == 0) throw new IllegalStateException("test");
                        } finally {
                            going.decrementAndGet();
                        }
                    });
                });
            } finally {
                if (going.get() > 0) count++;
            }
        }

        @Override
        void after() {
            assertEquals(0, count, "tasks without a supervisor");
        }
    }

    private static final class Pipelines extends StackEnds.Scene {
        private int whole;

        @Override
        void step() {
            Nursery.run(nursery -> {
                Channel<Integer> numbers = Channels.open(2);
                numbers.sender().send(1);
                numbers.sender().send(2);
                numbers.sender().close();
                int sum = 0;
                for (int each : Stages.mapParallel(nursery,
                        Stages.map(nursery, numbers.receiver(), value -> value + 1), 2, value -> value * 2))
                    sum += each;
                count++;
                if (sum == 10) whole++;
            });
        }

        @Override
        void after() {
            assertEquals(count, whole);
        }
    }

    enum Call {
        // Ways into a run
        SUBMIT, CLOSE_A_PORTAL, POST,
        // Other tasks
        CANCEL_A_TASK, STARTED, BARRIER, CONDITION, WATCH, SUPERVISOR, PIPELINE,
        // Foreign code
        BLOCKING, STOP_FOREIGN_CODE, FUTURE, RESOURCE;

        StackEnds.Scene scene() {
            return switch (this) {
                case SUBMIT -> new InPortal(false);
                case CLOSE_A_PORTAL -> new InPortal(true);
                case POST -> new Posts();
                case CANCEL_A_TASK -> new CancelsATask();
                case STARTED -> new SaysStarted();
                case BLOCKING -> new Blocks();
                case STOP_FOREIGN_CODE -> new StopsForeignCode();
                case FUTURE -> new AwaitsFutures();
                case RESOURCE -> new UsesResources();
                case BARRIER -> new MeetsAtABarrier();
                case CONDITION -> new AwaitsACondition();
                case WATCH -> new Watches();
                case SUPERVISOR -> new Supervises();
                case PIPELINE -> new Pipelines();
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void leaves_all_whole(Call call) throws InterruptedException {
        ends.play(call::scene);
    }
}
