package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.Select;
import dev.structured.core.combine.AllFailedException;
import dev.structured.core.combine.Combine;
import dev.structured.core.combine.HedgePolicy;
import dev.structured.core.combine.RestartPolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.core.combine.SupervisionFailedException;
import dev.structured.core.combine.Supervisor;
import dev.structured.core.interop.Command;
import dev.structured.core.interop.Futures;
import dev.structured.core.interop.Subprocess;
import dev.structured.core.sync.Event;
import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Functions and exceptions that programs hand to the rooms beside the kernel may throw anything, too: that
/// takes the place of no result and of no failure, and keeps nothing else from being done.
@Timeout(60)
class ForeignFunctionsTest extends KernelTest {
    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    private final Instrument witness = new Instrument() {
        @Override
        public void errorDropped(Task<?> task, Throwable error) {
            dropped.add(error);
        }
    };
    private final Scheduler watched = Scheduler.builder().platform(new VirtualClock()).instrument(witness)
            .build();

    private final AssertionError planted = new AssertionError("planted");

    /// An exception that cannot describe itself.
    @SuppressWarnings({"serial", "OverrideThrowableToString"})
    private static final class Unspeakable extends IOException {
        @Override
        public String toString() {
            throw new AssertionError("do not ask");
        }
    }

    @SuppressWarnings("serial")
    private static final class Traceless extends InterruptedException {
        @Override
        public StackTraceElement[] getStackTrace() {
            throw new AssertionError("do not ask");
        }
    }

    @Test
    void child_whose_exception_has_no_trace_leaves_its_nursery() {
        Traceless traceless = new Traceless();
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> watched.run("test", () -> Nursery.run(nursery -> {
                    nursery.startSoon("sleeper", Checkpoints::sleepForever);
                    nursery.startSoon("traceless", () -> {
                        throw traceless;
                    });
                })));
        assertEquals(List.of(traceless), failure.failures());
    }

    /* --- Failures that cannot be put into words --- */

    @Test
    void attempts_that_fail_with_what_cannot_be_told_are_all_kept() {
        Unspeakable first = new Unspeakable();
        IOException second = new IOException("second");
        AllFailedException failure = assertThrows(AllFailedException.class,
                () -> watched.run("test", () -> Combine.race(() -> {
                    throw first;
                }, () -> {
                    sleep(1);
                    throw second;
                })));
        assertEquals(List.of(first, second), failure.failures());
    }

    @Test
    void supervised_task_that_fails_with_what_cannot_be_told_is_given_up() {
        Unspeakable unspeakable = new Unspeakable();
        RestartPolicy once = RestartPolicy.of(RetryPolicy.of(1, seconds(1), seconds(1)), seconds(1));
        SupervisionFailedException failure = assertThrows(SupervisionFailedException.class,
                () -> watched.run("test", () -> Supervisor.run(once, tasks -> tasks.startSoon("task", () -> {
                    throw unspeakable;
                }))));
        assertEquals(List.of(unspeakable), failure.failures());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "There is no program called sleep")
    void block_of_a_process_that_fails_with_what_cannot_be_told_fails_with_it() {
        Unspeakable unspeakable = new Unspeakable();
        try (Scheduler real = Scheduler.open()) {
            assertSame(unspeakable,
                    assertThrows(IOException.class,
                            () -> real.run("test", () -> Subprocess.open(Command.of("sleep", "100"), _ -> {
                                throw unspeakable;
                            }))));
        }
    }

    @Test
    void group_that_several_tasks_throw_has_its_leaves_once() {
        IOException leaf = new IOException("leaf");
        Throwable inner = leaf;
        for (int depth = 0; depth < 40; depth++) { // if each were taken twice, there would be 10¹² leaves
            Failed failed = new Failed(inner, "task", null);
            inner = new NurseryFailedException("nursery", List.of(failed, failed), null);
        }
        assertEquals(List.of(leaf, leaf), ((NurseryFailedException) inner).leaves());
    }

    /* --- Hooks --- */

    @Test
    void hook_of_an_event_that_throws_keeps_no_other_from_being_run() {
        List<String> told = new ArrayList<>();
        watched.run("test", () -> Nursery.run(nursery -> {
            Event event = new Event();
            event.addHook(() -> {
                throw planted;
            });
            event.addHook(() -> told.add("second"));
            nursery.startSoon("selecting",
                    () -> told.add(new Select<String>().on(event, () -> "selected").await()));
            sleep(1);
            event.set();
            event.addHook(() -> {
                throw planted;
            });
        }));
        assertEquals(List.of("second", "selected"), told);
        assertEquals(List.of(planted, planted), dropped);
    }

    @Test
    void event_is_set_outside_of_a_run_although_a_hook_throws() {
        Event event = new Event();
        event.addHook(() -> {
            throw planted;
        });
        event.set();
        assertTrue(event.isSet());
    }

    @Test
    void completion_that_throws_when_its_hook_is_removed_does_not_cost_the_item() {
        Completion hostile = new Completion() {
            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public void addHook(Runnable hook) {}

            @Override
            public void removeHook(Runnable hook) {
                throw planted;
            }
        };
        watched.run("test", () -> Nursery.run(nursery -> {
            Channel<String> channel = Channels.open(0);
            nursery.startSoon("sender", () -> {
                sleep(1);
                channel.sender().send("item");
            });
            assertEquals("item", new Select<String>().on(hostile, () -> "done")
                    .receive(channel.receiver(), item -> item).await());
        }));
        assertEquals(List.of(planted), dropped);
    }

    /* --- Discards and policies --- */

    @Test
    void discard_that_throws_an_error_gets_all_values() {
        List<Integer> discarded = new CopyOnWriteArrayList<>();
        assertSame(planted, assertThrows(AssertionError.class, () -> watched.run("test",
                () -> Combine.mapOrdered(List.of(1, 2, 3), 3, item -> item, _ -> sleep(1), item -> {
                    discarded.add(item);
                    throw planted;
                }))));
        assertEquals(List.of(1, 2, 3), discarded);
    }

    @Test
    void discard_that_throws_an_error_does_not_replace_the_failure_of_the_block() {
        IOException own = new IOException("own");
        List<Integer> discarded = new CopyOnWriteArrayList<>();
        NurseryFailedException failure = assertThrows(NurseryFailedException.class,
                () -> watched.run("test", () -> Combine.mapOrdered(List.of(1, 2, 3), 3, item -> item, _ -> {
                    sleep(1);
                    throw own;
                }, item -> {
                    discarded.add(item);
                    throw planted;
                })));
        assertEquals(List.of(own), failure.failures());
        assertSame(planted, own.getSuppressed()[0]);
        assertEquals(List.of(1, 2, 3), discarded);
    }

    @Test
    void hedge_whose_policy_throws_makes_no_further_attempt_and_may_win() {
        HedgePolicy hostile = HedgePolicy.of(3, seconds(1)).withReserve(() -> {
            throw planted;
        });
        List<Integer> begun = new CopyOnWriteArrayList<>();
        assertEquals("answer", watched.call("test", () -> Combine.hedge(hostile, number -> {
            begun.add(number);
            sleep(10);
            return "answer";
        })));
        assertEquals(List.of(1), begun);
        assertEquals(List.of(planted), dropped);
    }

    @Test
    void hedge_whose_policy_throws_fails_with_the_failure_of_its_attempt() {
        IOException own = new IOException("own");
        HedgePolicy hostile = HedgePolicy.of(2, seconds(1)).withReserve(() -> {
            throw planted;
        });
        AllFailedException failure = assertThrows(AllFailedException.class,
                () -> watched.run("test", () -> Combine.hedge(hostile, _ -> {
                    throw own;
                })));
        assertEquals(List.of(own), failure.failures());
    }

    @Test
    void task_that_was_given_up_beside_an_error_that_takes_nothing_is_reported() {
        Error plain = new Error("takes none", null, false, false) {
        };
        IOException own = new IOException("own");
        RestartPolicy once = RestartPolicy.of(RetryPolicy.of(1, seconds(1), seconds(1)), seconds(1));
        assertSame(plain,
                assertThrows(Error.class, () -> watched.run("test", () -> Supervisor.run(once, tasks -> {
                    tasks.startSoon("given up", () -> {
                        throw own;
                    });
                    sleep(1);
                    throw plain;
                }))));
        assertEquals(List.of(own), dropped);
    }

    /* --- Futures --- */

    @Test
    void future_that_cannot_be_cancelled_does_not_replace_the_cancellation() {
        CompletableFuture<String> hostile = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                throw planted;
            }
        };
        watched.run("test", () -> assertTrue(
                Timeouts.moveOnAfter(seconds(1), () -> Futures.await(hostile)).isCancelled()));
        assertEquals(List.of(planted), dropped);
    }

    @Test
    void label_of_a_failure_that_counts_as_an_interrupt_is_not_reported() throws Exception {
        watched.run("test", () -> Timeouts.moveOnAfter(seconds(1), () -> {
            InterruptedException own = new InterruptedException("own");
            FailedInTask.label(own, "task", "nursery");
            try {
                Checkpoints.sleepForever();
            } finally {
                raise(own);
            }
        }));
        assertEquals(List.of(), dropped);
    }

    private static void raise(Exception thrown) throws Exception {
        throw thrown;
    }
}
