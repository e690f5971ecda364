package dev.structured.core.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.core.CancelScope;
import dev.structured.core.Instrument;
import dev.structured.core.Scheduler;
import dev.structured.core.Task;
import dev.structured.core.combine.Combine;
import dev.structured.core.combine.RestartPolicy;
import dev.structured.core.combine.RetryPolicy;
import dev.structured.core.combine.SupervisionFailedException;
import dev.structured.core.combine.Supervisor;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// What becomes of a failure beside another one.
class SuppressedFailuresTest {
    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
    private final Instrument instrument = new Instrument() {
        @Override
        public void errorDropped(Task<?> task, Throwable error) {
            dropped.add(error);
        }
    };

    private static final class Takes0 extends Error {
        @Serial
        private static final long serialVersionUID = 1;

        Takes0() {
            super("takes none", null, false, false);
        }
    }

    private void run(Runnable code) {
        try (Scheduler scheduler = Scheduler.builder().instrument(instrument).build()) {
            scheduler.run("test", code::run);
        }
    }

    /// A constant that is thrown again and again does not collect without end; nothing is lost.
    @Test
    void failures_are_kept_once_up_to_a_limit_and_then_told() {
        Error constant = new Error("a constant");
        Exception repeated = new Exception("repeated");
        run(() -> {
            for (int i = 0; i < 1_000; i++) {
                Instrument.suppressOrReport(constant, repeated);
                Instrument.suppressOrReport(constant, new Exception("number " + i));
            }
        });
        assertEquals(1, List.of(constant.getSuppressed()).stream().filter(each -> each == repeated).count());
        assertEquals(1_001, constant.getSuppressed().length + dropped.size());
        assertEquals(64, constant.getSuppressed().length);
    }

    @Test
    void failure_beside_one_that_accepts_none_is_told() {
        Exception failure = new Exception("beside");
        run(() -> Instrument.suppressOrReport(new Takes0(), failure));
        assertEquals(List.of(failure), dropped);
    }

    /// The canceller is called until the work ends; each call may throw something else.
    @Test
    void later_exceptions_of_a_canceller_are_kept_too() {
        CountDownLatch thrice = new CountDownLatch(3);
        AtomicInteger calls = new AtomicInteger();
        Error ofBody = new Error("of the body");
        run(() -> {
            CancelScope scope = new CancelScope();
            assertSame(ofBody, assertThrows(Error.class, () -> scope.run(() -> Blocking.onCancel(() -> {
                thrice.countDown();
                throw new Exception("call " + calls.incrementAndGet());
            }, () -> {
                scope.cancel();
                thrice.await();
                throw ofBody;
            }))));
        });
        Throwable first = ofBody.getSuppressed()[0];
        assertEquals("call 1", first.getMessage());
        List<String> later = List.of(first.getSuppressed()).stream().map(Throwable::getMessage).toList();
        assertEquals(List.of("call 2", "call 3"), later.subList(0, 2));
    }

    private static final class Full extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        Full(String message) {
            super(message, null, false, false);
        }
    }

    private static final RetryPolicy THREE = RetryPolicy.of(3, Duration.ofMillis(1), Duration.ofMillis(1));

    private List<String> told() {
        return dropped.stream().map(Throwable::getMessage).toList();
    }

    @Test
    void earlier_failures_of_a_retried_body_beside_one_that_accepts_none_are_told() {
        run(() -> assertEquals("number 3", assertThrows(Full.class, () -> Combine.retry(THREE, number -> {
            throw new Full("number " + number);
        })).getMessage()));
        assertEquals(List.of("number 1", "number 2"), told());
    }

    @Test
    void failure_of_a_policy_beside_one_that_accepts_none_is_told() {
        RetryPolicy failing = THREE.retryIf(_ -> {
            throw new IllegalStateException("of the policy");
        });
        run(() -> assertThrows(Full.class, () -> Combine.retry(failing, _ -> {
            throw new Full("of the body");
        })));
        assertEquals(List.of("of the policy"), told());
    }

    @Test
    void earlier_failures_of_a_supervised_body_beside_one_that_accepts_none_are_told() {
        AtomicInteger runs = new AtomicInteger();
        RestartPolicy policy = RestartPolicy.of(THREE, Duration.ofHours(1))
                .withObserver((_, thrown, _) -> {
                    throw new IllegalStateException("of the observer at " + thrown.getMessage());
                });
        run(() -> {
            var failed = assertThrows(SupervisionFailedException.class,
                    () -> Supervisor.run(policy, supervisor -> supervisor.startSoon("task", () -> {
                        throw new Full("number " + runs.incrementAndGet());
                    })));
            assertEquals("number 3", failed.failures().getFirst().getMessage());
        });
        assertEquals(List.of("of the observer at number 1", "of the observer at number 2",
                "of the observer at number 3", "number 1", "number 2"), told());
    }
}
