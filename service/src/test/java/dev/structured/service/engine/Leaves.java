package dev.structured.service.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Deadline;
import dev.structured.core.Scheduler;
import dev.structured.core.TaskLocal;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.ScriptedReply;
import dev.structured.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The downstreams of a simulation: each call does something at random, and is kept.
///
/// One thread runs at a time, so nothing here needs a lock.
final class Leaves {
    /// The request that a task belongs to; null in a call that several requests share.
    static final TaskLocal<@Nullable Guest> GUEST = new TaskLocal<>("guest", null);

    /// What a call knows of the request it is made for.
    interface Guest {
        /// A call is made for it that may take until a deadline.
        void calls(Deadline deadline);
    }

    /// Failures that a downstream, or the way there, can be the reason of.
    private static final List<ErrorType> FAILURES = List.of(ErrorType.CONNECT_REFUSED,
            ErrorType.CONNECT_TIMEOUT, ErrorType.DNS, ErrorType.RESET, ErrorType.INCOMPLETE,
            ErrorType.PROTOCOL, ErrorType.HEADERS_TOO_LARGE, ErrorType.BODY_TOO_LARGE,
            ErrorType.INVALID_JSON, ErrorType.TIMEOUT);
    private static final List<Integer> STATUSES = List.of(400, 401, 404, 409, 418, 429, 500, 502, 503, 504);
    private static final List<String> PAUSES = List.of("0", "0", "1", "3600",
            "Wed, 21 Oct 2015 07:28:00 GMT");
    private static final List<String> ODD = List.of("[]", "{}", "7", "'text'", "null",
            "{id: null, list: null}",
            "{id: {}, list: {}}", "{id: '', list: []}", "{id: '..', list: ['..', null, {}]}",
            "{id: null, list: 'x', deep: 1}", "{id: true, list: [1,2,3,4,5,6,7,8,9,10,11,12]}");

    /// One call that was made.
    static final class Sent {
        final String downstream;
        final Call call;
        final int number;
        final @Nullable Guest guest;
        boolean running = true;
        long ended;
        @Nullable
        Reply reply;
        @Nullable
        ErrorType failure;

        Sent(String downstream, Call call, int number) {
            this.downstream = downstream;
            this.call = call;
            this.number = number;
            this.guest = GUEST.get();
        }

        String path() {
            int query = call.path().indexOf('?');
            return query < 0 ? call.path() : call.path().substring(0, query);
        }
    }

    private final Simulation simulation;
    private final RandomGenerator random;
    private final RandomConfig.Weather weather;
    /// How many in a hundred calls go wrong.
    private final int trouble;
    final List<Sent> sent = new ArrayList<>();
    private final IdentityHashMap<Call, Integer> times = new IdentityHashMap<>();
    boolean healed;

    Leaves(Simulation simulation, RandomConfig.Weather weather) {
        this.simulation = simulation;
        this.random = simulation.random();
        this.weather = weather;
        this.trouble = weather == RandomConfig.Weather.ROUGH
                ? List.of(3, 15, 40, 80).get(random.nextInt(4))
                : 0;
    }

    Downstream of(String downstream) {
        return call -> call(downstream, call);
    }

    long running() {
        return sent.stream().filter(each -> each.running).count();
    }

    boolean isAnyRunningFor(Guest guest) {
        return sent.stream().anyMatch(each -> each.running && each.guest == guest);
    }

    private Reply call(String downstream, Call call) throws DownstreamException, InterruptedException {
        check(call);
        Sent made = new Sent(downstream, call, sent.size());
        Guest guest = made.guest;
        if (guest != null) guest.calls(Checkpoints.effectiveDeadline());
        sent.add(made);
        times.merge(call, 1, Integer::sum);
        boolean repeatable = call.method().isIdempotent() || call.headers().containsKey("idempotency-key");
        if (!repeatable) assertEquals(1, times.get(call), "sent twice: " + call);
        try {
            made.reply = healed ? good(made) : answer(made);
            return made.reply;
        } catch (DownstreamException e) {
            made.failure = e.type();
            throw e;
        } finally {
            made.running = false;
            made.ended = Scheduler.current().nanoTime();
        }
    }

    private static void check(Call call) {
        String whole = call.path() + call.headers() + call.body();
        assertFalse(whole.contains("${"), "a variable was sent: " + whole);
        assertTrue(call.path().matches("(/[A-Za-z0-9._~%-]+)+(\\?[A-Za-z0-9._~%=&-]*)?"), call.path());
        assertFalse(call.path().matches(".*[/=](null|undefined|\\.{1,2}|%2[eE])([/?&].*)?"), call.path());
        assertFalse(call.headers().values().stream().anyMatch(value -> value.contains("null")), whole);
    }

    /* --- What it does --- */

    private Reply answer(Sent made) throws DownstreamException, InterruptedException {
        for (int i = random.nextInt(3); i > 0; i--) simulation.point("on its way");
        Checkpoints
                .sleep(Duration.ofMillis(1 + random.nextInt(isCalm() || random.nextInt(8) > 0 ? 15 : 150)));
        if (random.nextInt(100) >= trouble) return good(made);
        return switch (random.nextInt(8)) {
            case 0 -> hang();
            case 1, 2 ->
                throw new DownstreamException(FAILURES.get(random.nextInt(FAILURES.size())), "scripted",
                        null);
            case 3, 4, 5 -> status(made);
            default ->
                ScriptedReply.of(made.call, 200, Map.of(), Json.of(ODD.get(random.nextInt(ODD.size()))));
        };
    }

    private boolean isCalm() {
        return weather != RandomConfig.Weather.ROUGH;
    }

    /// Gives no answer, and takes being stopped in one of the ways that clients have of it.
    private Reply hang() throws DownstreamException, InterruptedException {
        switch (random.nextInt(3)) {
            case 0 -> Checkpoints.sleepForever();
            case 1 -> simulation.foreignSleep();
            default -> {
                simulation.foreignWait();
                new CancelScope().run(() -> simulation.point("closes the connection"));
                throw new DownstreamException(ErrorType.RESET, "stopped", null);
            }
        }
        throw new AssertionError("slept for ever");
    }

    private Reply status(Sent made) {
        int status = STATUSES.get(random.nextInt(STATUSES.size()));
        boolean pause = (status == 429 || status == 503) && random.nextBoolean();
        return ScriptedReply.of(made.call, status,
                pause ? Map.of("retry-after", PAUSES.get(random.nextInt(PAUSES.size()))) : Map.of(),
                Json.of("{}"));
    }

    private Reply good(Sent made) {
        JsonNode body = body(made);
        return switch (random.nextInt(6)) {
            case 0 -> ScriptedReply.of(made.call, 200, headers(made, "no-store"), body);
            case 1 -> ScriptedReply.of(made.call, 200, headers(made, "max-age=1"), body);
            default -> ScriptedReply.of(made.call, 200, headers(made, ""), body);
        };
    }

    private static Map<String, String> headers(Sent made, String cacheControl) {
        Map<String, String> headers = new java.util.HashMap<>();
        for (String wanted : made.call.wanted()) headers.put(wanted, made.downstream + " " + made.number);
        if (!cacheControl.isEmpty()) headers.put("cache-control", cacheControl);
        return headers;
    }

    /// The number tells which call it answers.
    private static JsonNode body(Sent made) {
        int hash = (made.downstream + made.path()).hashCode() & 0xffff;
        String fields = "id: " + hash % 1000 + ", name: 'n " + hash + "', flag: " + (hash % 3 > 0)
                + ", list: ["
                + hash % 10 + ", " + (10 + hash % 7) + ", " + (20 + hash % 5) + "], n: " + made.number;
        return Json.of("{" + fields + ", deep: {" + fields + "}}");
    }
}
