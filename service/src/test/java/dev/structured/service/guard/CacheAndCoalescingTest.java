package dev.structured.service.guard;

import static dev.structured.service.guard.Scripted.get;
import static dev.structured.service.guard.Scripted.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.Event;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.config.DownstreamConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class CacheAndCoalescingTest {
    private static final String CACHE = "cache: {freshFor: 10min, staleFor: 10min}";

    private interface Body {
        void run(SharedCalls calls) throws Exception;
    }

    private static void with(Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                try (SharedCalls calls = SharedCalls.open(nursery)) {
                    body.run(calls);
                }
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    private static DownstreamConfig downstream(String... keys) {
        return DownstreamText.read("scripted", keys);
    }

    private static CacheAndCoalescing sharing(SharedCalls calls, DownstreamConfig config) {
        return CacheAndCoalescing.of(config, calls, GuardObserver.NONE);
    }

    private static Scripted numbers() {
        return new Scripted((call, number) -> reply(number));
    }

    @Test
    void only_what_is_configured_stands_before_the_downstream() {
        with(calls -> {
            Scripted downstream = numbers();
            assertSame(downstream, sharing(calls, downstream()).around(downstream, () -> false));
            assertEquals(CoalescingDownstream.class,
                    sharing(calls, downstream("coalesce: true")).around(downstream, () -> false).getClass());
            assertEquals(CachingDownstream.class,
                    sharing(calls, downstream(CACHE)).around(downstream, () -> false).getClass());
            Downstream both = sharing(calls, downstream(CACHE, "coalesce: true")).around(downstream,
                    () -> false);
            assertEquals(1, both.call(get("/a")).body().asInt());
            assertEquals(1, both.call(get("/a")).body().asInt());
            assertEquals(2, both.call(get("/b")).body().asInt());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"maxQueued: 3 | 1", "coalesce: true | 1", "url: http://other | 2",
            "headers: {x-api-key: other} | 2", "cache: {freshFor: 9min, staleFor: 10min} | 2"})
    void kept_answers_survive_a_change_that_does_not_concern_them(String change, int expected) {
        with(calls -> {
            Scripted before = new Scripted((call, number) -> reply(1));
            CacheAndCoalescing first = sharing(calls, downstream(CACHE));
            first.around(before, () -> false).call(get("/a"));
            Scripted after = new Scripted((call, number) -> reply(2));
            Downstream next = first.next(downstream(CACHE, change)).around(after, () -> false);
            assertEquals(expected, next.call(get("/a")).body().asInt());
            assertEquals(expected - 1, after.calls.size());
            assertNotSame(before, after);
        });
    }

    @ParameterizedTest
    @CsvSource({"maxQueued: 64,1", "connectTimeout: 9s,2", "maxQueued: 9,2"})
    void call_in_flight_is_shared_with_the_next_configuration_only_if_that_is_the_same(String change,
            int expected) {
        with(calls -> Nursery.run(nursery -> {
            Event begun = new Event("the call to begin");
            Event end = new Event("the call to end");
            GuardObserver endsWhenShared = new GuardObserver() {
                @Override
                public void coalesced(String downstream) {
                    end.set();
                }
            };
            CacheAndCoalescing first = CacheAndCoalescing.of(downstream("coalesce: true", "maxQueued: 64"),
                    calls,
                    endsWhenShared);
            Downstream before = first.around(new Scripted((call, number) -> {
                begun.set();
                end.await();
                return reply(1);
            }), () -> false);
            Downstream next = first.next(downstream("coalesce: true", "maxQueued: 64", change))
                    .around(new Scripted((call, number) -> reply(2)), () -> false);
            nursery.startSoon("before", () -> before.call(get("/a")));
            begun.await();
            assertEquals(expected, next.call(get("/a")).body().asInt());
            end.set();
            nursery.scope().cancel("all is known");
        }));
    }

    @Test
    void kept_answers_are_gone_when_the_cache_is() {
        with(calls -> {
            Scripted downstream = numbers();
            CacheAndCoalescing first = sharing(calls, downstream(CACHE));
            first.around(downstream, () -> false).call(get("/a"));
            CacheAndCoalescing without = first.next(downstream());
            assertEquals(2, without.around(downstream, () -> false).call(get("/a")).body().asInt());
            assertEquals(3,
                    without.next(downstream(CACHE)).around(downstream, () -> false).call(get("/a")).body()
                            .asInt());
        });
    }
}
