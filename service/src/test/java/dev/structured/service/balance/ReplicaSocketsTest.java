package dev.structured.service.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.TaskSemaphore;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.client.CallObserver;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.HttpProtocol;
import dev.structured.service.client.NameLookup;
import dev.structured.service.client.OpenConnections;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.demo.Action;
import dev.structured.service.demo.DemoServer;
import dev.structured.service.demo.Faults;
import dev.structured.service.demo.Request;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.service.record.Recorder;
import dev.structured.service.record.RouteLayout;
import dev.structured.service.view.RequestView;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Three replicas that are servers of their own, over real sockets. What is asserted are counts, and no
/// times.
@Timeout(300)
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReplicaSocketsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CALLS = 10_000;
    private static final int AT_ONCE = 40;

    private final List<DemoServer> servers = new ArrayList<>();
    private final AtomicInteger redirects = new AtomicInteger();

    interface Body {
        void run(Downstream downstream, Balancer balancer, HttpProtocol http) throws Exception;
    }

    /// Runs three replicas, of which the third follows the script. At the end no connection may be left.
    private void run(Function<Request, Action> third, String keys, Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                for (int i = 0; i < 3; i++) {
                    servers.add(DemoServer.start(nursery, "replica" + i,
                            i == 2 ? third : ReplicaSocketsTest::good));
                }
                run(nursery, scheduler, keys, body);
                for (DemoServer each : servers)
                    assertTrue(each.awaitNoConnections(PATIENCE), "connections are left");
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    private void run(Nursery nursery, Scheduler scheduler, String keys, Body body) throws Exception {
        String urls = "urls: " + servers.stream().map(DemoServer::url).toList();
        String[] all = (urls + "\n" + keys).lines().toArray(String[]::new);
        DownstreamConfig config = DownstreamText.read("replicas", all);
        BalanceObserver observer = new BalanceObserver() {
            @Override
            public void redirected(String downstream) {
                redirects.incrementAndGet();
            }
        };
        try (Background background = Background.open(nursery);
                HttpProtocol http = HttpProtocol.open(nursery)) {
            Surroundings around = new Surroundings(background, NameLookup::of, observer, scheduler::nanoTime,
                    () -> ThreadLocalRandom.current().nextLong());
            Balancer balancer = Balancer.open(config, null, around, url -> url,
                    endpoint -> http.open(config, endpoint, CallObserver.NONE));
            DownstreamState state = DownstreamState.of(config);
            body.run(DownstreamStack.around(balancer.downstream(), config, state, GuardObserver.NONE),
                    balancer,
                    http);
            assertEquals(0, state.inFlight());
            assertEquals(0, state.waiting());
            balancer.views().forEach(each -> assertEquals(0, each.inFlight(), each::toString));
            balancer.close();
            assertEquals(List.of(), http.openConnections());
        }
    }

    private static Action good(Request request) {
        return Action.Answer.json(200, "{\"path\":\"" + request.target() + "\"}");
    }

    private static void call(Downstream downstream, int times) throws InterruptedException {
        for (int i = 0; i < times; i++) {
            try {
                assertEquals("/" + i, downstream.call(Fleet.get("/" + i)).body().path("path").asText());
            } catch (DownstreamException _) {
                // counted by the servers
            }
        }
    }

    @Test
    void replica_that_answers_500_gets_at_most_five_calls() {
        AtomicInteger broken = new AtomicInteger();
        run(_ -> {
            broken.incrementAndGet();
            return Action.Answer.json(500, "{}");
        }, "ejection: {base: 10min, max: 10min}", (downstream, _, _) -> {
            for (int i = 0; i < 1_000; i++) downstream.call(Fleet.get("/" + i));
            assertTrue(broken.get() > 0 && broken.get() <= 5, broken::toString);
        });
    }

    @Test
    void replica_that_takes_no_connection_costs_no_call() {
        run(ReplicaSocketsTest::good, "ejection: {base: 10min, max: 10min}", (downstream, _, http) -> {
            DownstreamConfig dead = DownstreamText.read("dead",
                    "urls: [" + servers.get(0).url() + ", http://127.0.0.1:"
                            + DemoServer.refusingPort() + "]");
            Nursery.run(nursery -> {
                try (Background background = Background.open(nursery);
                        Balancer balancer = Balancer.open(dead, null,
                                new Surroundings(background, NameLookup::of, BalanceObserver.NONE,
                                        System::nanoTime,
                                        () -> ThreadLocalRandom.current().nextLong()),
                                url -> url, endpoint -> http.open(dead, endpoint, CallObserver.NONE))) {
                    for (int i = 0; i < 200; i++) {
                        assertEquals(200, balancer.downstream().call(Fleet.get("/" + i)).status());
                    }
                    // It is left alone after five failures, or looks so slow after one that it is not asked.
                    assertTrue(balancer.views().get(1).calls() <= 5, balancer.views()::toString);
                }
            });
            assertEquals(200, servers.get(0).requests());
        });
    }

    @Test
    void addresses_of_a_name_are_endpoints_which_are_told_the_name() {
        Set<String> hosts = ConcurrentHashMap.newKeySet();
        run(request -> {
            hosts.add(request.header("host"));
            return good(request);
        }, "", (_, _, http) -> {
            int port = servers.get(2).port();
            DownstreamConfig named = DownstreamText.read("named", "dns: http://shop.test:" + port);
            Nursery.run(nursery -> {
                try (Background background = Background.open(nursery)) {
                    NameLookup lookup = _ -> List.of(InetAddress.ofLiteral("127.0.0.1"));
                    try (Balancer balancer = Balancer.open(named, null,
                            new Surroundings(background, _ -> lookup, BalanceObserver.NONE, System::nanoTime,
                                    () -> ThreadLocalRandom.current().nextLong()),
                            url -> url, endpoint -> http.open(named, endpoint, CallObserver.NONE))) {
                        Recorder request = recorder();
                        Call call = Fleet.get("/").recordedBy(request.page().part(0).attempt());
                        assertEquals(200, balancer.downstream().call(call).status());
                        assertEquals("127.0.0.1:" + port, balancer.views().getFirst().endpoint());
                        assertEquals("127.0.0.1:" + port, RequestView.of(request).parts().getFirst()
                                .attempts().getFirst().endpoint());
                        List<String> names = http.openConnections().stream().map(OpenConnections::address)
                                .toList();
                        assertTrue(names.contains("shop.test"), names::toString);
                    }
                }
            });
            assertEquals(Set.of("shop.test:" + port), hosts);
        });
    }

    private static Recorder recorder() {
        Recorder request = new Recorder("me", "GET", null, System.nanoTime(), null);
        request.page().planned(
                new RouteLayout("GET /p", List.of(new RouteLayout.Part("p", "named", true, List.of()))),
                Duration.ofSeconds(1));
        return request;
    }

    /// The paths of calls, by the replicas that got them.
    private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();
    private final AtomicInteger repeated = new AtomicInteger();

    @Test
    void hedges_and_retries_go_to_another_replica() {
        run(request -> {
            if (!seen.computeIfAbsent(request.path(), _ -> ConcurrentHashMap.newKeySet()).add("third")) {
                repeated.incrementAndGet();
            }
            return request.path().hashCode() % 2 == 0 ? Faults.hang() : Action.Answer.json(503, "{}");
        }, """
                choice: round_robin
                ejection: {failures: 1000, failureRate: 100%}
                hedge: 5ms
                retry: {base: 1ms}
                extra: {share: 100%, burst: 1000}
                """, (downstream, _, _) -> {
            call(downstream, 300);
            assertTrue(seen.size() > 10, () -> seen.size() + " calls went to the third");
            assertEquals(0, repeated.get());
        });
    }

    @Test
    void calls_that_are_cancelled_at_any_moment_leave_nothing() {
        run(ReplicaSocketsTest::lively, """
                maxConnections: 12
                maxQueued: 100
                hedge: 3ms
                retry: {base: 1ms}
                extra: {share: 100%, burst: 1000}
                """, (downstream, balancer, http) -> {
            callAll(downstream);
            int idle = 0;
            for (OpenConnections each : http.openConnections()) {
                assertEquals(0, each.active(), each::toString);
                idle += each.idle();
            }
            assertTrue(idle <= 36, idle + " connections");
            balancer.views().forEach(each -> assertEquals(0, each.inFlight(), each::toString));
        });
    }

    /// Makes all calls, of which each third is cancelled at a moment between none and twice what a whole
    /// call takes on average, so that some are cancelled at each step of a call on a machine of any pace.
    private static void callAll(Downstream downstream) {
        Random random = new Random(7);
        AtomicInteger cancelled = new AtomicInteger();
        AtomicLong usual = new AtomicLong(1_000_000);
        TaskSemaphore slots = new TaskSemaphore(AT_ONCE);
        Nursery.run(calls -> {
            for (int i = 0; i < CALLS; i++) {
                String path = "/" + i;
                CancelScope scope = new CancelScope("call");
                boolean limited = random.nextInt(3) == 0;
                double share = 2 * random.nextDouble();
                slots.acquire();
                calls.startSoon("call-" + i, () -> {
                    long began = System.nanoTime();
                    if (limited) scope.setTimeout(Duration.ofNanos((long) (share * usual.get())));
                    try {
                        scope.run(() -> call(downstream, path));
                    } finally {
                        slots.release();
                    }
                    if (scope.absorbedCancellation()) cancelled.incrementAndGet();
                    if (limited) return;
                    usual.accumulateAndGet(System.nanoTime() - began, (last, took) -> (7 * last + took) / 8);
                });
            }
        });
        assertTrue(cancelled.get() > CALLS / 100, () -> cancelled + " were cancelled");
    }

    private static void call(Downstream downstream, String path) throws InterruptedException {
        try {
            var reply = downstream.call(Fleet.get(path));
            if (reply.isSuccess()) assertEquals(path, reply.body().path("path").asText());
        } catch (DownstreamException _) {
            // the third resets some
        }
    }

    private static Action lively(Request request) {
        return switch (Math.floorMod(request.path().hashCode(), 8)) {
            case 0 -> Faults.reset();
            case 1 -> Action.Answer.json(503, "{}");
            case 2 -> new Action.Delayed(Duration.ofMillis(4), good(request));
            case 3 -> Faults.drip(Action.Answer.json(200, "{\"path\":\"" + request.target() + "\"}"),
                    Duration.ZERO);
            default -> good(request);
        };
    }
}
