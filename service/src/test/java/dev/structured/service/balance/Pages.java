package dev.structured.service.balance;

import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.AggregateObserver;
import dev.structured.service.aggregate.Aggregator;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartSink;
import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.guard.DownstreamStack;
import dev.structured.service.guard.DownstreamState;
import dev.structured.service.guard.GuardObserver;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/// Pages of three parts, each of which asks the same downstream of three endpoints, in virtual time: clients
/// arrive at random, whether or not others have been served.
///
/// @param fleet the endpoints `a`, `b` and `c`
/// @param perSecond how many clients arrive on average
/// @param lasts for how long
/// @param after pages that begin earlier do not count, nor do their calls
record Pages(Fleet fleet, double perSecond, Duration lasts, Duration after) {

    /// What came of it.
    ///
    /// @param p99 of all pages, in milliseconds
    /// @param incomplete how many pages lack a part
    /// @param counted how many pages there were
    /// @param calls the calls by endpoint
    /// @param limit the adaptive limit at the end
    record Result(double p99, int incomplete, int counted, Map<String, Integer> calls, int limit) {
        double share(String endpoint) {
            int all = calls.values().stream().mapToInt(Integer::intValue).sum();
            return (double) calls.getOrDefault(endpoint, 0) / all;
        }
    }

    /// @param keys of the downstream, besides its URLs
    Result of(String... keys) throws Exception {
        String text = """
                downstreams:
                  shop:
                    urls: [http://a, http://b, http://c]
                %s
                routes:
                  - path: /page
                    deadline: 1s
                    parts:
                      one: {from: shop, path: /one}
                      two: {from: shop, path: /two}
                      three: {from: shop, path: /three}
                """
                .formatted(String.join("", List.of(keys).stream().map(key -> "    " + key + "\n").toList()));
        return of(ConfigReader.read("pages.yaml", text));
    }

    private Result of(ServiceConfig config) {
        Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build();
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        AtomicInteger incomplete = new AtomicInteger();
        int[] limit = {0};
        scheduler.run("pages", () -> fleet.run(background -> {
            DownstreamConfig shop = config.downstreams().get("shop");
            Balancer balancer = fleet.balancer(shop, background);
            DownstreamState state = DownstreamState.of(shop, new SplittableRandom(3));
            Downstream guarded = DownstreamStack.around(balancer.downstream(), shop, state,
                    GuardObserver.NONE);
            Aggregator aggregator = new Aggregator(config.routes(), Map.of("shop", guarded),
                    AggregateObserver.NONE);
            arrive(scheduler, aggregator, config.routes().getFirst(), times, incomplete);
            limit[0] = state.limit();
        }));
        long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Result(sorted[(int) (sorted.length * 0.99)] / 1e6, incomplete.get(), sorted.length,
                fleet.counts(), limit[0]);
    }

    private void arrive(Scheduler scheduler, Aggregator aggregator, RouteConfig route,
            ConcurrentLinkedQueue<Long> times, AtomicInteger incomplete) {
        RandomGenerator random = new SplittableRandom(7);
        Nursery.run("clients", nursery -> {
            boolean warm = false;
            while (scheduler.nanoTime() < lasts.toNanos()) {
                Checkpoints.sleep(
                        Duration.ofNanos((long) (-Math.log(1 - random.nextDouble()) / perSecond * 1e9)));
                boolean counts = scheduler.nanoTime() >= after.toNanos();
                if (counts && !warm) fleet.share("");
                warm = counts;
                nursery.startSoon("client", () -> {
                    long began = scheduler.nanoTime();
                    Outcome outcome = aggregator.aggregate(route, PageRequest.of(Map.of(), Map.of()),
                            PartSink.NONE);
                    if (!counts) return;
                    times.add(scheduler.nanoTime() - began);
                    if (!(outcome instanceof Outcome.Complete)) incomplete.incrementAndGet();
                });
            }
        });
    }
}
