package dev.structured.service.guard;

import static dev.structured.service.guard.Scripted.get;
import static dev.structured.service.guard.Scripted.reply;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.NotJsonException;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SplicedJson;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CachingDownstreamTest {
    private static final Call CALL = get("/a");

    private final List<String> seen = new ArrayList<>();
    private long now = Long.MAX_VALUE - 5_000_000_000L; // the scheduler's time may overflow
    private Freshness says = Freshness.UNKNOWN;
    private int status = 200;
    private long takes;
    private boolean broken;

    private final Scripted downstream = new Scripted((call, number) -> {
        now += takes;
        if (broken) throw new DownstreamException(ErrorType.RESET, "broken", null);
        return status == 200 ? reply(number, says) : new Reply(status, MissingNode.getInstance());
    });

    private final GuardObserver observer = new GuardObserver() {
        @Override
        public void cacheAsked(String name, CacheResult result) {
            seen.add(result.name());
        }
    };

    private Downstream cached(String freshFor, String staleFor) {
        return cached(1 << 20, Duration.parse(freshFor), Duration.parse(staleFor));
    }

    private Downstream cached(int size, Duration freshFor, Duration staleFor) {
        CacheConfig config = new CacheConfig(size, freshFor, Duration.ZERO, staleFor, List.of(), false);
        return new CachingDownstream(downstream, "d",
                new AnswerTiers(new KeptAnswers(config, () -> now), null),
                new KeepingRules(config, Settings.PLAIN.config()), null, observer);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private static int body(@Nullable Reply reply) {
        return assertNotNullNow(reply).body().asInt();
    }

    private static Reply assertNotNullNow(@Nullable Reply reply) {
        assertNotNull(reply);
        return reply;
    }

    @Test
    void silent_answer_is_used_for_as_long_as_the_file_says() throws Exception {
        Downstream cached = cached("PT2S", "PT0S");
        assertEquals(1, body(cached.call(CALL)));
        pass(Duration.ofMillis(1_999));
        assertEquals(1, body(cached.call(CALL)));
        assertEquals(Freshness.UNKNOWN, cached.call(CALL).freshness());
        pass(Duration.ofMillis(1));
        assertEquals(2, body(cached.call(CALL)));
        assertEquals(List.of("MISS", "HIT", "HIT", "MISS"), seen);
    }

    @Test
    void cache_control_counts_more_than_the_file_and_the_rest_of_it_is_passed_on() throws Exception {
        Downstream cached = cached("PT2S", "PT5S");
        says = new Freshness(true, 60, true);
        assertEquals(60, cached.call(CALL).freshness().seconds());
        pass(Duration.ofMillis(20_500));
        assertEquals(new Freshness(true, 39, true), cached.call(CALL).freshness());
        pass(Duration.ofMillis(39_500));
        assertEquals(2, body(cached.call(CALL)));
        assertEquals(List.of("MISS", "HIT", "EXPIRED"), seen);
    }

    @Test
    void time_on_the_way_counts_for_what_the_answer_says_and_not_for_what_the_file_says() throws Exception {
        takes = Duration.ofSeconds(3).toNanos();
        Downstream cached = cached("PT2S", "PT0S");
        cached.call(CALL);
        assertEquals(1, body(cached.call(CALL)));
        pass(Duration.ofSeconds(2));
        says = new Freshness(true, 5, true);
        assertEquals(2, body(cached.call(CALL)));
        assertEquals(2, cached.call(CALL).freshness().seconds());
        pass(Duration.ofSeconds(2));
        assertEquals(3, body(cached.call(CALL)));
    }

    @Test
    void what_may_not_be_kept_is_not_and_drives_out_what_was_before() throws Exception {
        for (Freshness not : List.of(Freshness.NONE, new Freshness(true, 60, false),
                new Freshness(false, 0, false))) {
            Downstream cached = cached("PT2S", "PT60S");
            says = Freshness.UNKNOWN;
            cached.call(CALL);
            assertNotNull(cached.stale(CALL));
            pass(Duration.ofSeconds(3));
            says = not;
            int second = body(cached.call(CALL));
            assertNull(cached.stale(CALL));
            assertEquals(second + 1, body(cached.call(CALL)));
        }
    }

    @Test
    void answer_to_credentials_is_kept_only_if_it_says_for_how_long_and_that_it_is_for_all()
            throws Exception {
        Call call = new Call(Method.GET, "/a", "/a", Map.of("cookie", "a=b"), null, Set.of(), true, true);
        Downstream cached = cached("PT2S", "PT2S");
        cached.call(call);
        assertEquals(2, body(cached.call(call)));
        says = new Freshness(true, 60, true);
        cached.call(call);
        assertEquals(3, body(cached.call(call)));
    }

    @Test
    void kept_answer_stands_in_for_a_failed_call_until_it_is_too_old() throws Exception {
        Downstream cached = cached("PT2S", "PT10S");
        assertNull(cached.stale(CALL));
        cached.call(CALL);
        broken = true;
        pass(Duration.ofMillis(2_001));
        assertThrows(DownstreamException.class, () -> cached.call(CALL));
        assertEquals(1, body(cached.stale(CALL)));
        status = 503;
        broken = false;
        assertEquals(503, cached.call(CALL).status());
        pass(Duration.ofMillis(9_998));
        assertEquals(1, body(cached.stale(CALL)));
        pass(Duration.ofMillis(1));
        assertNull(cached.stale(CALL));
        assertEquals(List.of("MISS", "EXPIRED", "STALE", "EXPIRED", "STALE"), seen);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void kept_answer_is_forgotten_when_the_thing_is_gone(int gone) throws Exception {
        Downstream cached = cached("PT0S", "PT10S");
        cached.call(CALL);
        status = gone;
        assertEquals(gone, cached.call(CALL).status());
        assertNull(cached.stale(CALL));
    }

    @Test
    void what_is_stale_is_fresh_for_nobody() throws Exception {
        says = new Freshness(true, 3, true);
        Downstream cached = cached("PT0S", "PT10S");
        cached.call(CALL);
        pass(Duration.ofSeconds(4));
        assertEquals(new Freshness(true, 0, true), assertNotNullNow(cached.stale(CALL)).freshness());
    }

    @Test
    void answer_may_be_kept_for_failures_only() throws Exception {
        Downstream cached = cached("PT0S", "PT10S");
        cached.call(CALL);
        assertEquals(2, body(cached.call(CALL)));
        assertEquals(2, body(cached.stale(CALL)));
    }

    @ParameterizedTest
    @EnumSource(names = "GET", mode = EnumSource.Mode.EXCLUDE)
    void only_GETs_are_kept(Method method) throws Exception {
        Call call = new Call(method, "/a", "/a", Map.of(), null, Set.of(), true, true);
        Downstream cached = cached("PT2S", "PT2S");
        cached.call(call);
        assertEquals(2, body(cached.call(call)));
        assertNull(cached.stale(call));
        assertTrue(seen.isEmpty());
    }

    @Test
    void only_2xx_are_kept() throws Exception {
        Downstream cached = cached("PT2S", "PT2S");
        status = 404;
        cached.call(CALL);
        cached.call(CALL);
        assertEquals(2, downstream.calls.size());
        assertNull(cached.stale(CALL));
    }

    @Test
    void other_path_headers_or_wanted_headers_are_another_answer() throws Exception {
        Downstream cached = cached("PT2S", "PT2S");
        cached.call(CALL);
        cached.call(get("/a?b"));
        cached.call(new Call(Method.GET, "/a", "/t", Map.of("accept-language", "cs"), null, Set.of(), true,
                true));
        cached.call(new Call(Method.GET, "/a", "/t", Map.of(), null, Set.of("etag"), true, true));
        assertEquals(4, downstream.calls.size());
        assertEquals(1, body(
                cached.call(new Call(Method.GET, "/a", "/other", Map.of(), null, Set.of(), false, true))));
    }

    @Test
    void no_more_is_kept_than_fits() throws Exception {
        Downstream cached = cached(64 * 1024, Duration.ofMinutes(1), Duration.ZERO);
        for (int i = 0; i < 2_000; i++) cached.call(get("/" + i));
        seen.clear();
        for (int i = 1_999; i >= 0; i--) cached.call(get("/" + i));
        long hits = seen.stream().filter("HIT"::equals).count();
        assertTrue(hits > 10 && hits < 200, hits + " answers of some 400 bytes in 64 KiB");
    }

    static List<JsonNode> large() throws NotJsonException {
        String list = "[" + "\"0123456789\",".repeat(6_000) + "0]";
        return List.of(JsonNodeFactory.instance.textNode("x".repeat(40_000)),
                SplicedJson.of(list.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @MethodSource("large")
    void answer_larger_than_the_whole_is_not_kept(JsonNode body) throws Exception {
        Scripted large = new Scripted((call, number) -> new Reply(200, body));
        CacheConfig config = new CacheConfig(64 * 1024, Duration.ofHours(1), Duration.ZERO, Duration.ZERO,
                List.of(), false);
        Downstream cached = new CachingDownstream(large, "d",
                new AnswerTiers(new KeptAnswers(config, () -> now), null),
                new KeepingRules(config, Settings.PLAIN.config()), null, GuardObserver.NONE);
        cached.call(CALL);
        cached.call(CALL);
        assertEquals(2, large.calls.size());
    }

    @Test
    void kept_body_is_handed_out_as_it_is() throws Exception {
        Downstream cached = cached("PT2S", "PT2S");
        assertSame(cached.call(CALL).body(), cached.call(CALL).body());
    }
}
