package dev.structured.service.guard;

import static dev.structured.service.guard.Scripted.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.core.sync.Event;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.Validators;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.ScriptedReply;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.testing.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Kept answers that the downstream is asked to confirm (RFC 9111, 4.3).
@Timeout(60)
class RevalidationTest {
    private static final Call CALL = get("/a");
    private static final Validators V1 = new Validators("\"v1\"", null);

    private final List<String> seen = new ArrayList<>();
    private final GuardObserver observer = new GuardObserver() {
        @Override
        public void cacheAsked(String name, CacheResult result) {
            seen.add(result.label());
        }

        @Override
        public void validated(String name, Validation result) {
            seen.add(result.label());
        }
    };
    private long now;
    /// What the downstream answers from the second call on.
    private int status = 304;
    private Map<String, String> head = Map.of("etag", "\"v1\"");
    private Map<String, String> firstHead = Map.of("etag", "\"v1\"", "cache-control", "max-age=10");
    private boolean broken;

    private final Scripted downstream = new Scripted(this::answer);

    private Reply answer(Call call, int number) throws DownstreamException {
        if (broken) throw new DownstreamException(ErrorType.RESET, "broken", null);
        boolean whole = number == 1 || call.validators() == null;
        return ScriptedReply.of(call, whole ? 200 : status, number == 1 ? firstHead : head,
                JsonNodeFactory.instance.numberNode(number));
    }

    private Downstream cached(String... keys) {
        return cached(downstream, keys);
    }

    private Downstream cached(Downstream inner, String... keys) {
        DownstreamConfig config = DownstreamText.read("d", keys.length == 0
                ? new String[]{"cache: {staleFor: 1min}"}
                : keys);
        CacheConfig cache = Objects.requireNonNull(config.cache());
        return new CachingDownstream(inner, "d", new AnswerTiers(new KeptAnswers(cache, () -> now), null),
                new KeepingRules(cache, config), null, observer);
    }

    private void pass(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }

    private List<String> asked() {
        return downstream.calls.stream().map(call -> String.valueOf(call.validators())).toList();
    }

    @Test
    void not_modified_makes_the_kept_answer_fresh_again() throws Exception {
        Downstream cached = cached();
        Reply first = cached.call(CALL);
        pass(11);
        Reply confirmed = cached.call(CALL);
        assertEquals(200, confirmed.status());
        assertSame(first.body(), confirmed.body());
        assertEquals(new Freshness(true, 10, true), confirmed.freshness());
        pass(9);
        assertEquals(new Freshness(true, 1, true), cached.call(CALL).freshness());
        assertEquals(List.of("null", V1.toString()), asked());
        assertEquals(List.of("miss", "expired", "confirmed", "hit"), seen);
    }

    @Test
    void headers_of_the_confirmation_replace_the_kept_ones() throws Exception {
        firstHead = Map.of("etag", "\"v1\"", "cache-control", "max-age=10", "x-a", "1", "x-b", "1");
        head = Map.of("etag", "\"v1\"", "cache-control", "max-age=100", "x-b", "2");
        Call call = new Call(Method.GET, "/a", "/a", Map.of(), null, Set.of("x-a", "x-b"), true, true);
        Downstream cached = cached();
        cached.call(call);
        pass(11);
        assertEquals(Map.of("x-a", "1", "x-b", "2"), cached.call(call).headers());
        pass(99);
        assertEquals(Map.of("x-a", "1", "x-b", "2"), cached.call(call).headers());
        assertEquals(2, downstream.calls.size());
    }

    @Test
    void another_answer_replaces_the_kept_one() throws Exception {
        status = 200;
        head = Map.of("etag", "\"v2\"", "cache-control", "max-age=10");
        Downstream cached = cached();
        cached.call(CALL);
        pass(11);
        assertEquals(2, cached.call(CALL).body().asInt());
        assertEquals(2, cached.call(CALL).body().asInt());
        pass(11);
        cached.call(CALL);
        assertEquals(List.of("null", V1.toString(), new Validators("\"v2\"", null).toString()), asked());
        assertEquals(List.of("miss", "expired", "changed", "hit", "expired", "changed"), seen);
    }

    @Test
    void confirmation_that_forbids_keeping_is_used_once_more() throws Exception {
        head = Map.of("etag", "\"v1\"", "cache-control", "no-store");
        Downstream cached = cached();
        cached.call(CALL);
        pass(11);
        assertEquals(1, cached.call(CALL).body().asInt());
        assertEquals(3, cached.call(CALL).body().asInt());
        assertNull(downstream.calls.getLast().validators());
    }

    /// RFC 9111, 4.3.4, and 8.8.3.2 of RFC 9110. The last column: is the answer a confirmation?
    @ParameterizedTest(name = "kept {0} {1}, told {2} {3}: {4}")
    @CsvSource(nullValues = "-", value = {
            "'\"a\"', -, '\"a\"', -, true", "'\"a\"', -, '\"b\"', -, false", "'\"a\"', -, 'W/\"a\"', -, true",
            "'W/\"a\"', -, 'W/\"a\"', -, true", "'W/\"a\"', -, 'W/\"b\"', -, false",
            "'W/\"a\"', -, '\"a\"', -, false", "'\"a\"', -, -, -, true",
            "-, 'Thu, 01 Jan 2026 00:00:00 GMT', -, -, true",
            "-, 'Thu, 01 Jan 2026 00:00:00 GMT', -, 'Thu, 01 Jan 2026 00:00:00 GMT', true",
            "-, 'Thu, 01 Jan 2026 00:00:00 GMT', -, 'Fri, 02 Jan 2026 00:00:00 GMT', false",
            "-, 'Thu, 01 Jan 2026 00:00:00 GMT', '\"a\"', -, false",
            "'\"a\"', 'Thu, 01 Jan 2026 00:00:00 GMT', '\"a\"', 'Fri, 02 Jan 2026 00:00:00 GMT', true"})
    void only_the_version_that_was_asked_for_is_confirmed(String tag, String date, String toldTag,
            String toldDate, boolean confirmed) throws Exception {
        firstHead = headOf(tag, date);
        head = headOf(toldTag, toldDate);
        Downstream cached = cached();
        cached.call(CALL);
        Reply reply = cached.call(CALL);
        assertEquals(200, reply.status());
        assertEquals(confirmed ? 1 : 3, reply.body().asInt());
        assertEquals(confirmed ? "confirmed" : "mismatch", seen.getLast());
    }

    private static Map<String, String> headOf(String tag, String date) {
        Map<String, String> head = new HashMap<>();
        if (tag != null) head.put("etag", tag);
        if (date != null) head.put("last-modified", date);
        return head;
    }

    @Test
    void failed_confirmation_leaves_the_kept_answer_for_failures() throws Exception {
        Downstream cached = cached();
        cached.call(CALL);
        pass(11);
        broken = true;
        assertThrows(DownstreamException.class, () -> cached.call(CALL));
        assertEquals(1, Objects.requireNonNull(cached.stale(CALL)).body().asInt());
        broken = false;
        status = 503;
        assertEquals(503, cached.call(CALL).status());
        status = 404;
        assertEquals(404, cached.call(CALL).status());
        assertNull(cached.stale(CALL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"must-revalidate", "proxy-revalidate", "stale-if-error=0", "no-cache"})
    void stale_answer_that_must_not_be_used_is_confirmed_but_replaces_no_failure(String directive)
            throws Exception {
        firstHead = Map.of("etag", "\"v1\"", "cache-control", "max-age=10, " + directive);
        Downstream cached = cached();
        cached.call(CALL);
        pass(11);
        assertNull(cached.stale(CALL));
        assertEquals(1, cached.call(CALL).body().asInt());
        assertEquals("confirmed", seen.getLast());
    }

    @Test
    void not_modified_to_a_call_without_validators_is_no_answer() throws Exception {
        Scripted odd = new Scripted((call, number) -> ScriptedReply.of(call, 304, Map.of(),
                JsonNodeFactory.instance.nullNode()));
        assertEquals(304, cached(odd).call(CALL).status());
        assertNull(cached(odd).stale(CALL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"if-none-match", "if-modified-since", "if-match", "if-unmodified-since",
            "if-range",
            "range"})
    void call_with_a_condition_of_its_own_passes_the_cache_by(String name) throws Exception {
        Call own = new Call(Method.GET, "/a", "/a", Map.of(name, "\"v0\""), null, Set.of(), true, true);
        Downstream cached = cached("cache: {staleFor: 1min}", "coalesce: true");
        cached.call(CALL);
        cached.call(own);
        assertNull(cached.stale(own));
        assertEquals(1, cached.call(CALL).body().asInt());
        assertEquals(List.of("miss", "hit"), seen);
    }

    @Test
    void confirmation_that_comes_late_does_not_bring_an_older_answer_back() throws Exception {
        Downstream[] cached = new Downstream[1];
        Scripted racing = new Scripted((call, number) -> {
            if (number == 2) {
                // While this one is in flight, another one gets version 2.
                assertEquals(3, cached[0].call(CALL).body().asInt());
            }
            return ScriptedReply.of(call, number == 2 ? 304 : 200,
                    Map.of("etag", number == 3 ? "\"v2\"" : "\"v1\"", "cache-control", "max-age=10"),
                    JsonNodeFactory.instance.numberNode(number));
        });
        cached[0] = cached(racing);
        cached[0].call(CALL);
        pass(11);
        assertEquals(1, cached[0].call(CALL).body().asInt());
        assertEquals(3, cached[0].call(CALL).body().asInt());
        assertEquals(3, racing.calls.size());
    }

    /// All layers: one call confirms for all that wait, a retry and a hedge ask with the same validators.
    /// By a virtual clock, so that no machine is so slow that the first call is hedged.
    @ParameterizedTest
    @ValueSource(strings = {"coalesce: true", "retry: {statuses: [503], base: 1ms, cap: 1ms}",
            "hedge: {after: 1ms}"})
    void extra_and_shared_calls_ask_for_the_same_version(String key) {
        try (Scheduler scheduler = Scheduler.builder().platform(new VirtualClock()).build()) {
            scheduler.run("test", () -> Nursery.run("shared", place -> {
                try (SharedCalls calls = SharedCalls.open(place)) {
                    confirmedBehind(key, calls);
                }
            }));
        }
    }

    private static void confirmedBehind(String key, SharedCalls calls) throws Exception {
        Event both = new Event();
        Scripted leaf = new Scripted((call, number) -> {
            if (number == 1) {
                return ScriptedReply.of(call, 200, Map.of("etag", "\"v1\""),
                        JsonNodeFactory.instance.numberNode(1));
            }
            assertEquals(V1, call.validators());
            if (number == 2 && key.startsWith("retry")) {
                return ScriptedReply.of(call, 503, Map.of(), JsonNodeFactory.instance.nullNode());
            }
            if (number == 2) both.await();
            return ScriptedReply.of(call, 304, Map.of(), JsonNodeFactory.instance.nullNode());
        });
        DownstreamConfig config = DownstreamText.read("d", "cache: {}", key);
        DownstreamState state = DownstreamState.of(config);
        List<String> attempts = new ArrayList<>();
        GuardObserver observer = new GuardObserver() {
            @Override
            public void attemptEnded(String downstream, Attempt attempt, String outcome) {
                synchronized (attempts) {
                    attempts.add(attempt.label() + " " + outcome);
                }
            }

            @Override
            public void coalesced(String downstream) {
                both.set();
            }
        };
        Downstream all = CacheAndCoalescing.of(config, calls, observer)
                .around(DownstreamStack.around(leaf, config, state, observer), state::isBusy);
        all.call(CALL);
        int callers = key.startsWith("coalesce") ? 2 : 1;
        Nursery.run("callers", nursery -> {
            for (int i = 0; i < callers; i++) {
                nursery.startSoon("caller", () -> {
                    assertEquals(1, all.call(CALL).body().asInt());
                });
            }
        });
        assertEquals(key.startsWith("coalesce") ? 2 : 3, leaf.calls.size());
        if (key.startsWith("retry")) {
            assertEquals(List.of("first ok", "first http_5xx", "retry ok"), attempts);
        }
    }
}
