package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.config.HedgeDelay;
import dev.structured.service.guard.GuardObserver.BreakerState;
import dev.structured.testing.StructuredTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DownstreamStateTest {
    private static final Settings ALL = Settings.PLAIN.adaptive(2, 16)
            .breaks()
            .retry(2, Duration.ofMillis(1), Duration.ofMillis(2))
            .hedge(new HedgeDelay.Percentile(95), 2);

    @Test
    void what_the_new_configuration_leaves_as_it_is_stays() {
        DownstreamState old = DownstreamState.of(ALL.config());
        DownstreamState same = old
                .next(ALL.connections(64, 7).retry(5, Duration.ZERO, Duration.ZERO).config());
        assertSame(old.capacity, same.capacity);
        assertSame(old.breaker, same.breaker);
        assertSame(old.extra.budget(), same.extra.budget());
        assertSame(old.extra.latencies(), same.extra.latencies());
    }

    @Test
    void what_it_changes_begins_anew_and_only_that() {
        DownstreamState old = DownstreamState.of(ALL.config());
        DownstreamState wider = old.next(ALL.connections(65, 256).config());
        assertNotSame(old.capacity, wider.capacity);
        assertSame(old.breaker, wider.breaker);
        DownstreamState richer = old.next(ALL.extra(20, 5).config());
        assertEquals(5, richer.extraTokens());
        assertSame(old.capacity, richer.capacity);
        DownstreamState later = old.next(ALL.hedge(new HedgeDelay.Percentile(99), 2).config());
        assertNotSame(old.extra.latencies(), later.extra.latencies());
        assertNull(old.next(Settings.PLAIN.config()).breakerState());
    }

    @Test
    void another_url_is_another_downstream() {
        DownstreamState old = DownstreamState.of(ALL.config());
        DownstreamState moved = old.next(ALL.at("http://other:80"));
        assertNotSame(old.capacity, moved.capacity);
        assertNotSame(old.breaker, moved.breaker);
    }

    @Test
    void one_endpoint_more_or_less_leaves_the_downstream_the_same() {
        DownstreamState one = DownstreamState.of(DownstreamText.read("shop", "url: http://a"));
        DownstreamState two = one.next(DownstreamText.read("shop", "urls: [http://a, http://b]"));
        assertSame(one.capacity, two.capacity);
        DownstreamState other = two.next(DownstreamText.read("shop", "urls: [http://b, http://c]"));
        assertSame(two.capacity, other.capacity);
        assertNotSame(other.capacity, other.next(DownstreamText.read("shop", "dns: http://d")).capacity);
    }

    @StructuredTest
    void open_breaker_stays_open_over_a_reload() throws Exception {
        DownstreamState old = DownstreamState.of(ALL.config());
        Downstream before = DownstreamStack.around(new ScriptedLeaf(_ -> ScriptedLeaf.status(500)),
                ALL.config(), old,
                GuardObserver.NONE);
        for (int i = 0; i < 10; i++) before.call(Call.get("/", "/"));
        Settings changed = ALL.connections(10, 0);
        DownstreamState next = old.next(changed.config());
        assertEquals(BreakerState.OPEN, next.breakerState());
        Recorded recorded = new Recorded();
        Downstream after = DownstreamStack.around(new ScriptedLeaf(_ -> ScriptedLeaf.status(200)),
                changed.config(),
                next,
                recorded);
        assertEquals(ErrorType.CIRCUIT_OPEN,
                assertThrows(DownstreamException.class, () -> after.call(Call.get("/", "/"))).type());
        assertEquals(List.of("shed circuit_open", "first circuit_open"), recorded.events);
    }
}
