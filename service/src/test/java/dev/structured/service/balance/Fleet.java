package dev.structured.service.balance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.EndpointAddress;
import dev.structured.service.client.NameLookup;
import dev.structured.service.client.OpenedDownstream;
import dev.structured.service.config.DownstreamConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The endpoints of one downstream, each of which does what its script says, and counts its calls. Endpoints
/// are called by their host, or their address.
final class Fleet {
    /// What an endpoint does with a call.
    interface Script {
        Reply answer(Call call) throws DownstreamException, InterruptedException;
    }

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    /// How many of the calls were probes, and how many of these the observer was told were good and bad.
    final AtomicInteger probes = new AtomicInteger();
    final AtomicInteger good = new AtomicInteger();
    final AtomicInteger bad = new AtomicInteger();
    /// What became of endpoints, in the order in which it happened.
    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    /// The endpoints that are open; one that is opened twice is in it twice.
    final List<String> open = Collections.synchronizedList(new ArrayList<>());
    Function<String, NameLookup> lookup = NameLookup::of;
    RandomGenerator random = new SplittableRandom(1);

    final BalanceObserver observer = new BalanceObserver() {
        @Override
        public void ejected(String downstream, String endpoint, String cause, Duration time) {
            events.add(endpoint + " " + cause + " " + time.toMillis());
        }

        @Override
        public void returned(String downstream, String endpoint) {
            events.add(endpoint + " returned");
        }

        @Override
        public void checked(String downstream, boolean isGood) {
            (isGood ? good : bad).incrementAndGet();
        }

        @Override
        public void redirected(String downstream) {
            events.add("redirected");
        }
    };

    /// Runs a test with a place for watches, which end with it.
    void run(Body body) {
        Nursery.run("fleet", nursery -> {
            try (Background background = Background.open(nursery)) {
                body.run(background);
            }
            nursery.scope().cancel("the test is over");
        });
    }

    interface Body {
        void run(Background background) throws Exception;
    }

    Fleet does(String endpoint, Script script) {
        scripts.put(endpoint, script);
        return this;
    }

    static DownstreamConfig config(String... keys) {
        return DownstreamText.read("shop", keys);
    }

    Balancer balancer(DownstreamConfig config, Background background) {
        return balancer(config, background, null);
    }

    Balancer balancer(DownstreamConfig config, Background background, @Nullable Balancer before) {
        Surroundings around = new Surroundings(background, host -> lookup.apply(host), observer,
                Scheduler.current()::nanoTime, () -> random.nextLong());
        Balancer balancer = Balancer.open(config, before, around, url -> url, this::open);
        balancer.takeOver(before);
        return balancer;
    }

    private OpenedDownstream open(EndpointAddress address) {
        String name = address.address() == null
                ? address.url().getHost()
                : address.address().getHostAddress();
        open.add(name);
        return new OpenedDownstream() {
            private boolean closed;

            @Override
            public Reply call(Call call) throws DownstreamException, InterruptedException {
                if (closed) throw new DownstreamException(ErrorType.RESET, "closed", null);
                counter(calls, name).incrementAndGet();
                counter(running, name).incrementAndGet();
                try {
                    return scripts.getOrDefault(name, _ -> after(1)).answer(call);
                } finally {
                    counter(running, name).decrementAndGet();
                }
            }

            @Override
            public Reply probe(Call call) throws DownstreamException, InterruptedException {
                probes.incrementAndGet();
                return call(call);
            }

            @Override
            public void close() {
                if (!closed) open.remove(name);
                closed = true;
            }
        };
    }

    private static AtomicInteger counter(Map<String, AtomicInteger> counters, String name) {
        return counters.computeIfAbsent(name, _ -> new AtomicInteger());
    }

    int calls(String endpoint) {
        return counter(calls, endpoint).get();
    }

    int running() {
        return running.values().stream().mapToInt(AtomicInteger::get).sum();
    }

    /// Returns the share of all calls that went to an endpoint, and forgets them.
    double share(String endpoint) {
        int all = calls.values().stream().mapToInt(AtomicInteger::get).sum();
        int own = calls(endpoint);
        calls.clear();
        return (double) own / all;
    }

    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        calls.forEach((name, count) -> counts.put(name, count.get()));
        return counts;
    }

    static Reply after(double millis) {
        return after(millis, 200);
    }

    static Reply after(double millis, int status) {
        Checkpoints.sleep(Duration.ofNanos((long) (millis * 1e6)));
        return new Reply(status,
                status == 200 ? JsonNodeFactory.instance.numberNode(1) : MissingNode.getInstance());
    }

    static Reply asksForPause(int seconds) {
        return new Reply(503, MissingNode.getInstance(), Map.of("retry-after", "" + seconds),
                Freshness.UNKNOWN);
    }

    static Script fails(ErrorType type) {
        return _ -> {
            Checkpoints.sleep(Duration.ofMillis(1));
            throw new DownstreamException(type, "scripted", null);
        };
    }

    static final Script HANGS = _ -> {
        Checkpoints.sleepForever();
        throw new AssertionError("slept for ever");
    };

    static Call get(String path) {
        return Call.get(path, "/template");
    }
}
