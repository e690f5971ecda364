package dev.structured.service.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.testing.StructuredTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Ten workers of 10 ms each: 1,000 calls a second is all it can do.
class AdaptiveLimitTest {
    private static final Settings WIDE = Settings.PLAIN.connections(400, 256);
    private static final Overload THREEFOLD = new Overload(3_000, Duration.ofSeconds(6),
            Duration.ofMillis(250));

    private static Overload.Result run(Overload load, DownstreamConfig config) {
        BusyServer server = new BusyServer(10, Duration.ofMillis(10), Integer.MAX_VALUE);
        return load
                .on(DownstreamStack.around(server, config, DownstreamState.of(config), GuardObserver.NONE));
    }

    @Test
    void goodput_of_a_downstream_with_three_times_its_load_stays() {
        Overload.Result result = run(THREEFOLD, WIDE.adaptive(2, 16).config());
        assertTrue(result.goodput() >= 800, result::toString);
        assertTrue(result.p99() <= 245, result::toString);
        assertTrue(result.late() <= 50, result::toString);
    }

    @Test
    void without_it_the_downstream_works_for_callers_who_have_gone() {
        Overload.Result result = run(THREEFOLD, WIDE.config());
        assertTrue(result.goodput() <= 100, result::toString);
    }

    @Test
    void load_that_the_downstream_can_take_is_not_touched() {
        Overload.Result result = run(new Overload(900, Duration.ofSeconds(6), Duration.ofMillis(250)),
                WIDE.adaptive(2, 16).config());
        assertEquals(0, result.shed(), result::toString);
        assertEquals(0, result.late(), result::toString);
        assertTrue(result.p99() <= 50, result::toString);
    }

    @StructuredTest
    void limit_stays_between_its_bounds_and_shrinks_with_drops() throws Exception {
        DownstreamConfig config = Settings.PLAIN.connections(20, 0).adaptive(3, 1_000).config();
        DownstreamState state = DownstreamState.of(config);
        assertEquals(20, state.limit(), "no more than the connections");
        ScriptedLeaf busy = new ScriptedLeaf(n -> ScriptedLeaf.after(10, n < 12 ? 200 : 503));
        Downstream downstream = DownstreamStack.around(busy, config, state, GuardObserver.NONE);
        for (int i = 0; i < 3_000; i++) downstream.call(Call.get("/", "/"));
        assertEquals(3, state.limit());
    }

    @StructuredTest
    void calls_that_we_stop_tell_nothing_and_those_out_of_time_do() throws Exception {
        DownstreamConfig config = Settings.PLAIN.connections(20, 0).adaptive(3, 20).config();
        DownstreamState state = DownstreamState.of(config);
        Downstream downstream = DownstreamStack.around(
                new ScriptedLeaf(n -> n < 12 ? ScriptedLeaf.after(10, 200) : ScriptedLeaf.hangs()), config,
                state, GuardObserver.NONE);
        for (int i = 1; i < 12; i++) downstream.call(Call.get("/", "/"));
        for (int i = 0; i < 500; i++) stopAfter(downstream, Duration.ofMillis(20), Duration.ofSeconds(1));
        assertEquals(20, state.limit(), "nobody needed them any more");
        for (int i = 0; i < 500; i++) stopAfter(downstream, Duration.ofSeconds(1), Duration.ofMillis(20));
        assertEquals(3, state.limit(), "nothing came in time");
    }

    private static void stopAfter(Downstream downstream, Duration cancelled, Duration deadline) {
        CancelScope whole = new CancelScope().withTimeout(deadline);
        whole.run(() -> Nursery.run(nursery -> {
            nursery.startSoon("stops", () -> {
                Checkpoints.sleep(cancelled);
                nursery.scope().cancel();
            });
            downstream.call(Call.get("/", "/"));
        }));
    }
}
