package dev.structured.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs the body of each benchmark once, and checks that it does the work that it claims to measure.
@Timeout(60)
@DisplayNameGeneration(ReplaceUnderscores.class)
class BenchmarksTest {

    static Stream<String> peers() {
        return ScopePeer.NAMES.stream();
    }

    @ParameterizedTest
    @MethodSource("peers")
    void scopes_collect_every_result(String name) throws Exception {
        ScopePeer peer = ScopePeer.named(name);
        assertEquals(45, peer.inRun(() -> peer.scope(10)));
        assertEquals(4950, peer.inRun(() -> peer.scopeWithDeadline(100)));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void benchmark_of_scopes_runs(String name) throws Exception {
        ScopeBenchmark benchmark = new ScopeBenchmark();
        benchmark.peer = name;
        benchmark.children = 3;
        benchmark.find();
        assertEquals(500, benchmark.plain());
        assertEquals(500, benchmark.withDeadline());
    }

    @ParameterizedTest
    @MethodSource("peers")
    void cancelling_ends_every_sleeper(String name) throws Exception {
        AtomicInteger interrupted = new AtomicInteger();
        SleepingScope held = new SleepingScope(ScopePeer.named(name), 100, () -> {
            try {
                Thread.sleep(Duration.ofHours(1));
                return true;
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
        });
        assertEquals(0, interrupted.get());
        held.cancel();
        assertEquals(100, interrupted.get());
    }

    @ParameterizedTest
    @MethodSource("peers")
    void benchmark_of_cancelling_runs(String name) throws Exception {
        CancelBenchmark benchmark = new CancelBenchmark();
        CancelBenchmark.Empty empty = new CancelBenchmark.Empty();
        empty.peer = name;
        empty.children = 100;
        benchmark.fill(empty);
        empty.end();
        CancelBenchmark.Full full = new CancelBenchmark.Full();
        full.peer = name;
        full.children = 100;
        full.foreign = true;
        full.begin();
        benchmark.cancel(full);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void limits_cut_short_and_let_pass(String name) throws Exception {
        ScopePeer peer = ScopePeer.named(name);
        assertTrue(peer.inRun(() -> peer.limited(Duration.ofMillis(1), () -> {
            Thread.sleep(Duration.ofHours(1));
            return true;
        })));
        assertFalse(peer.inRun(() -> peer.limited(Duration.ofHours(1), () -> true)));
    }

    @Test
    void stubborn_child_is_cut_short() throws Exception {
        assertTrue(new StubbornBenchmark().limitedOf("Nurseries"));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void many_live_children_end(String name) throws Exception {
        MillionChildren.run(ScopePeer.named(name), 1000);
    }

    static Stream<String> channelPeers() {
        return ChannelPeer.PEERS.stream();
    }

    @ParameterizedTest
    @MethodSource("channelPeers")
    void channels_pass_every_item_once(String peer) throws Exception {
        for (int capacity : List.of(0, 16)) {
            assertEquals(499_500, new Traffic(capacity, 1, 1, 1, 1000).pass(peer));
            assertEquals(2 * 4 * 7750, new Traffic(capacity, 2, 4, 4, 1000).pass(peer));
        }
    }

    @ParameterizedTest
    @MethodSource("channelPeers")
    void benchmark_of_channels_runs(String peer) throws Exception {
        ChannelBenchmark benchmark = new ChannelBenchmark();
        benchmark.peer = peer;
        for (String tasks : List.of("1:1", "8:8", "64:64", "1000x1:1")) {
            benchmark.tasks = tasks;
            benchmark.shape();
            benchmark.pass();
        }
    }

    static Stream<String> selectPeers() {
        return SelectPeer.PEERS.stream();
    }

    @ParameterizedTest
    @MethodSource("selectPeers")
    void benchmark_of_select_takes_every_item_once(String peer) throws Exception {
        SelectBenchmark benchmark = new SelectBenchmark();
        benchmark.peer = peer;
        for (int clauses : List.of(2, 8)) {
            benchmark.clauses = clauses;
            benchmark.from = "one";
            benchmark.takeAll();
            benchmark.from = "each";
            benchmark.takeAll();
        }
    }

    static Stream<String> turnstilePeers() {
        return Stream.of(LockPeer.LOCKS, LockPeer.SEMAPHORES, LockPeer.LIMITERS).flatMap(List::stream)
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("turnstilePeers")
    void benchmark_of_locks_lets_one_in_at_a_time(String peer) throws Exception {
        LockBenchmark benchmark = new LockBenchmark();
        benchmark.peer = peer;
        for (String held : List.of("alone", "briefly", "yielding")) {
            benchmark.held = held;
            benchmark.enterAll();
        }
    }

    @Test
    void traffic_has_the_shape_it_is_named_by() {
        assertEquals(new Traffic(1024, 1000, 1, 1, 2_048_000), Traffic.of(1024, "1000x1:1"));
        assertEquals(new Traffic(0, 1, 8, 8, 256_000), Traffic.of(0, "8:8"));
    }

    @Test
    void comparison_combines_its_parameters() {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        parameters.put("a", List.of("1", "2"));
        parameters.put("b", List.of("3", "4"));
        Comparison comparison = new Comparison("", List.of(), List.of(), parameters, Forks::scopes);
        assertEquals("[{a=1, b=3}, {a=1, b=4}, {a=2, b=3}, {a=2, b=4}]",
                comparison.combinations().toString());
    }

    @Test
    void ratios_are_of_the_same_round() {
        Samples samples = new Samples();
        Case ours = new Case("plain", "Nurseries", Map.of("children", "10"));
        Case theirs = ours.of("TaskScopes");
        for (int round = 1; round <= 3; round++) {
            samples.add(ours, new Sample(0, 900 * round, 90, 1));
            samples.add(theirs, new Sample(0, 1000 * round, 100, 1));
        }
        assertEquals(0.9, samples.ratio(ours, theirs, Sample::cpu), 1e-9);
        String summary = Summary.of(samples);
        assertTrue(
                summary.contains(
                        "| plain children=10: CPU to TaskScopes | 0.90 | ≤ 1.00 | reached |"),
                summary);
        assertEquals(2.5, Samples.median(4, 1, 2, 3), 1e-9);
    }
}
