package dev.structured.core.examples;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.core.Timeouts;
import dev.structured.core.TooSlowException;
import dev.structured.testing.VirtualClock;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120) // a cancellation that does not arrive is a hang
class HappyEyeballsTest {

    /// What one address does.
    @FunctionalInterface
    private interface Script {
        void play() throws IOException;
    }

    private record Connection(String address, Map<String, Duration> open) implements Closeable {
        @Override
        public void close() {
            open.remove(address);
        }
    }

    private final VirtualClock clock = new VirtualClock();
    private final Scheduler scheduler = Scheduler.builder().platform(clock).build();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    /// When each attempt started.
    private final Map<String, Duration> tried = new ConcurrentSkipListMap<>();
    /// The connections that are open, by address.
    private final Map<String, Duration> open = new ConcurrentHashMap<>();

    // @start region=leak
    @AfterEach
    void nothing_runs_any_more() {
        assertEquals(0, scheduler.statistics().tasks());
        scheduler.close();
    }
    // @end

    @Test
    void first_address_that_answers_in_time_is_the_only_one_tried() throws IOException {
        address("a", () -> Checkpoints.sleep(ofMillis(200)));
        address("b", () -> {});
        assertEquals("a", connect("a", "b"));
        assertEquals(Map.of("a", ZERO), tried);
        assertEquals(ofMillis(200), clock.now());
    }

    @Test
    void attempt_without_an_answer_is_joined_by_the_next_every_250_ms() throws IOException {
        address("a", Checkpoints::sleepForever);
        address("b", Checkpoints::sleepForever);
        address("c", () -> Checkpoints.sleep(ofMillis(10)));
        assertEquals("c", connect("a", "b", "c"));
        assertEquals(Map.of("a", ZERO, "b", ofMillis(250), "c", ofMillis(500)), tried);
        assertEquals(ofMillis(510), clock.now());
    }

    @Test
    void earlier_attempt_may_still_win() throws IOException {
        address("a", () -> Checkpoints.sleep(ofMillis(300)));
        address("b", Checkpoints::sleepForever);
        assertEquals("a", connect("a", "b"));
        assertEquals(ofMillis(300), clock.now());
    }

    // @start region=failure
    @Test
    void failure_starts_the_next_attempt_at_once() throws IOException {
        address("a", () -> refuse("a", ofMillis(40)));
        address("b", () -> Checkpoints.sleep(ofMillis(5)));
        assertEquals("b", connect("a", "b"));
        assertEquals(Map.of("a", ZERO, "b", ofMillis(40)), tried);
        assertEquals(ofMillis(45), clock.now());
    }
    // @end

    @Test
    void all_errors_are_told_when_no_address_answers() {
        address("a", () -> refuse("a", ofMillis(600)));
        address("b", () -> refuse("b", ofMillis(0)));
        address("c", () -> refuse("c", ofMillis(50)));
        ConnectException failure = assertThrows(ConnectException.class, () -> connect("a", "b", "c"));
        assertEquals("No address answered; tried 3", failure.getMessage());
        assertEquals(List.of("b refuses", "c refuses", "a refuses"),
                Stream.of(failure.getSuppressed()).map(Throwable::getMessage).toList());
        assertEquals(ofMillis(600), clock.now());
    }

    @Test
    void no_address_at_all_is_no_answer() {
        assertEquals("No address answered; tried 0",
                assertThrows(ConnectException.class, () -> connect()).getMessage());
    }

    @Test
    void connection_of_a_loser_is_closed_before_the_winner_is_returned() throws IOException {
        address("a", () -> new CancelScope("cannot be stopped")
                .withShield()
                .run(() -> Checkpoints.sleep(ofSeconds(3))));
        address("b", () -> {});
        assertEquals("b", connect("a", "b"));
        assertEquals(ofSeconds(3), clock.now(), "the loser was awaited");
    }

    @Test
    void of_two_answers_at_the_same_time_one_is_kept() throws IOException {
        address("a", () -> Checkpoints.sleep(ofMillis(300)));
        address("b", () -> Checkpoints.sleep(ofMillis(50)));
        assertTrue(List.of("a", "b").contains(connect("a", "b")));
    }

    @Test
    void deadline_around_it_stops_every_attempt() {
        address("a", Checkpoints::sleepForever);
        address("b", Checkpoints::sleepForever);
        assertThrows(TooSlowException.class,
                () -> scheduler.call("main", () -> Timeouts.failAfter(ofSeconds(1), () -> race("a", "b"))));
        assertEquals(Map.of(), open);
        assertEquals(ofSeconds(1), clock.now());
    }

    @Test
    void winner_is_closed_when_the_caller_is_cancelled_meanwhile() throws IOException {
        CancelScope around = new CancelScope("around");
        address("a", () -> around.cancel("the user gave up"));
        assertTrue(scheduler.call("main", () -> around.call(() -> race("a"))).isCancelled());
        assertEquals(Map.of(), open);
    }

    private void address(String address, Script script) {
        scripts.put(address, script);
    }

    private static void refuse(String address, Duration after) throws ConnectException {
        Checkpoints.sleep(after);
        throw new ConnectException(address + " refuses");
    }

    /// Returns the address that won, after a check that its connection alone is open.
    private String connect(String... addresses) throws IOException {
        Connection winner = scheduler.call("main", () -> race(addresses));
        assertEquals(List.of(winner.address()), List.copyOf(open.keySet()), "open connections");
        return winner.address();
    }

    private Connection race(String... addresses) throws IOException {
        return HappyEyeballs.connect(Arrays.asList(addresses), address -> {
            tried.put(address, clock.now());
            scripts.get(address).play();
            open.put(address, clock.now());
            return new Connection(address, open);
        });
    }
}
