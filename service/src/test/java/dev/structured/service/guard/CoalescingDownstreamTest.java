package dev.structured.service.guard;

import static dev.structured.service.guard.Scripted.get;
import static dev.structured.service.guard.Scripted.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.Method;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CoalescingDownstreamTest {
    private interface Body {
        void run(Nursery requests, Downstream coalesced) throws Exception;
    }

    /// Runs the body in virtual time.
    private static void with(Scripted downstream, Body body) {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            scheduler.run("test", () -> Nursery.run(place -> {
                try (SharedCalls calls = SharedCalls.open(place)) {
                    Downstream coalesced = new CoalescingDownstream(downstream, "d", new CallsInFlight(calls),
                            GuardObserver.NONE);
                    Nursery.run(requests -> body.run(requests, coalesced));
                    assertEquals(0, downstream.running());
                }
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    private static Scripted taking(Duration time) {
        return new Scripted((call, number) -> {
            Checkpoints.sleep(time);
            return reply(number);
        });
    }

    private static Call asking(String cookie, Set<String> wanted) {
        return new Call(Method.GET, "/a", "/a", Map.of("cookie", cookie), null, wanted, true, true);
    }

    @Test
    void cookies_of_one_client_are_never_anothers() {
        Scripted downstream = taking(Duration.ofMillis(50));
        with(downstream, (requests, coalesced) -> {
            for (int i = 0; i < 3; i++) {
                requests.startSoon("one", () -> coalesced.call(asking("session=1", Set.of())));
                requests.startSoon("two", () -> coalesced.call(asking("session=2", Set.of())));
                requests.startSoon("set", () -> coalesced.call(asking("session=1", Set.of("set-cookie"))));
            }
        });
        assertEquals(1 + 1 + 3, downstream.calls.size());
    }

    @Test
    void equal_calls_share_a_reply_and_others_have_their_own() {
        Scripted downstream = taking(Duration.ofMillis(50));
        List<Reply> replies = new CopyOnWriteArrayList<>();
        with(downstream, (requests, coalesced) -> {
            for (int i = 0; i < 10; i++)
                requests.startSoon("equal", () -> replies.add(coalesced.call(get("/a"))));
            requests.startSoon("path", () -> coalesced.call(get("/b")));
            requests.startSoon("header", () -> coalesced.call(
                    new Call(Method.GET, "/a", "/a", Map.of("cookie", "a=b"), null, Set.of(), true, true)));
            requests.startSoon("wanted", () -> coalesced.call(
                    new Call(Method.GET, "/a", "/a", Map.of(), null, Set.of("etag"), true, true)));
        });
        assertEquals(4, downstream.calls.size());
        for (Reply reply : replies) assertSame(replies.getFirst(), reply);
        assertEquals(10, replies.size());
    }

    @Test
    void call_after_the_end_of_another_is_a_new_one() {
        with(taking(Duration.ofMillis(50)), (_, coalesced) -> {
            assertEquals(1, coalesced.call(get("/a")).body().asInt());
            assertEquals(2, coalesced.call(get("/a")).body().asInt());
        });
    }

    @ParameterizedTest
    @EnumSource(names = "GET", mode = EnumSource.Mode.EXCLUDE)
    void what_does_something_is_never_shared(Method method) {
        Scripted downstream = taking(Duration.ofMillis(50));
        Call call = new Call(method, "/a", "/a", Map.of(), null, Set.of(), true, true);
        with(downstream, (requests, coalesced) -> {
            for (int i = 0; i < 3; i++) requests.startSoon("request", () -> coalesced.call(call));
        });
        assertEquals(3, downstream.calls.size());
    }

    @Test
    void each_keeps_its_own_deadline_and_the_downstream_is_told_the_latest() {
        List<Duration> told = new CopyOnWriteArrayList<>();
        List<String> ends = new CopyOnWriteArrayList<>();
        Scripted downstream = new Scripted((call, number) -> {
            told.add(Checkpoints.remaining());
            Checkpoints.sleep(Duration.ofMillis(50));
            told.add(Checkpoints.remaining());
            return reply(number);
        });
        with(downstream, (requests, coalesced) -> {
            requests.startSoon("first", () -> ends.add("first " + Timeouts
                    .moveOnAfter(Duration.ofMillis(30), () -> coalesced.call(get("/a"))).isCancelled()));
            Checkpoints.sleep(Duration.ofMillis(20));
            requests.startSoon("second", () -> ends.add("second " + Timeouts
                    .moveOnAfter(Duration.ofMillis(200), () -> coalesced.call(get("/a"))).isCancelled()));
        });
        assertEquals(List.of("first true", "second false"), ends);
        assertEquals(List.of(Duration.ofMillis(30), Duration.ofMillis(170)), told);
        assertEquals(1, downstream.calls.size());
    }

    @Test
    void call_is_cancelled_when_the_last_one_goes_and_it_waits_for_the_end() {
        List<String> events = new CopyOnWriteArrayList<>();
        Scripted downstream = new Scripted((call, number) -> {
            try {
                Checkpoints.sleepForever();
                throw new IllegalStateException("never");
            } finally {
                events.add("ended");
            }
        });
        with(downstream, (requests, coalesced) -> {
            CancelScope one = new CancelScope();
            CancelScope other = new CancelScope();
            requests.startSoon("one", () -> {
                one.run(() -> coalesced.call(get("/a")));
                events.add("one gone");
            });
            requests.startSoon("other", () -> {
                other.run(() -> coalesced.call(get("/a")));
                events.add("other gone");
            });
            Checkpoints.sleep(Duration.ofMillis(10));
            one.cancel();
            Checkpoints.sleep(Duration.ofMillis(10));
            assertEquals(List.of("one gone"), events);
            other.cancel();
            Checkpoints.sleep(Duration.ofMillis(10));
            assertEquals(List.of("one gone", "ended", "other gone"), events);
        });
        assertEquals(1, downstream.calls.size());
    }

    @Test
    void one_that_comes_while_the_call_is_being_cancelled_starts_a_new_one() {
        Scripted downstream = new Scripted((call, number) -> {
            try {
                Checkpoints.sleep(Duration.ofMillis(100));
            } finally {
                new CancelScope().withShield().run(() -> Checkpoints.sleep(Duration.ofMillis(40)));
            }
            return reply(number);
        });
        with(downstream, (requests, coalesced) -> {
            CancelScope scope = new CancelScope().withTimeout(Duration.ofMillis(10));
            requests.startSoon("goes", () -> scope.run(() -> coalesced.call(get("/a"))));
            Checkpoints.sleep(Duration.ofMillis(20));
            assertEquals(2, coalesced.call(get("/a")).body().asInt());
        });
        assertEquals(2, downstream.calls.size());
    }

    @Test
    void each_has_a_failure_of_its_own_with_all_that_it_says() {
        List<DownstreamException> failures = new CopyOnWriteArrayList<>();
        Scripted downstream = new Scripted((call, number) -> {
            Checkpoints.sleep(Duration.ofMillis(50));
            throw new DownstreamException(ErrorType.CIRCUIT_OPEN, "open", null, Duration.ofSeconds(3));
        });
        with(downstream, (requests, coalesced) -> {
            for (int i = 0; i < 2; i++) {
                requests.startSoon("request", () -> failures
                        .add(assertThrows(DownstreamException.class, () -> coalesced.call(get("/a")))));
            }
        });
        assertEquals(1, downstream.calls.size());
        assertEquals(2, failures.size());
        assertNotSame(failures.getFirst(), failures.getLast());
        assertSame(failures.getFirst().getCause(), failures.getLast().getCause());
        for (DownstreamException each : failures) {
            assertEquals(ErrorType.CIRCUIT_OPEN, each.type());
            assertEquals("open", each.getMessage());
            assertEquals(Duration.ofSeconds(3), each.retryAfter());
        }
    }

    @Test
    void mistake_in_a_shared_call_is_the_affair_of_those_that_wait_and_of_no_other() {
        Scripted downstream = new Scripted((call, number) -> {
            if (number == 1) throw new AssertionError("a mistake");
            return reply(number);
        });
        with(downstream, (_, coalesced) -> {
            var thrown = assertThrows(IllegalStateException.class, () -> coalesced.call(get("/a")));
            assertTrue(String.valueOf(thrown.getMessage()).contains("a mistake"));
            assertEquals(2, coalesced.call(get("/a")).body().asInt());
        });
    }
}
