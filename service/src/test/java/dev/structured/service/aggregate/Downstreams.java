package dev.structured.service.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.structured.core.Checkpoints;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Scripted downstreams, and what was asked of them.
final class Downstreams {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, Downstream> downstreams = new HashMap<>();
    private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();

    /// Says what a downstream does with every call.
    Downstreams on(String name, Downstream script) {
        downstreams.put(name, call -> {
            calls.add(name + " " + call.method() + " " + call.path());
            running.incrementAndGet();
            try {
                return script.call(call);
            } finally {
                running.decrementAndGet();
            }
        });
        return this;
    }

    /// The same, with a last good answer that is kept.
    Downstreams onStale(String name, Downstream script, Reply kept) {
        on(name, script);
        Downstream counted = downstreams.get(name);
        downstreams.put(name, new Downstream() {
            @Override
            public Reply call(Call call) throws DownstreamException, InterruptedException {
                return counted.call(call);
            }

            @Override
            public Reply stale(Call call) {
                return kept;
            }
        });
        return this;
    }

    Map<String, Downstream> downstreams() {
        return downstreams;
    }

    /// Returns the calls in their order, e.g. `catalog GET /products/42`.
    List<String> calls() {
        return List.copyOf(calls);
    }

    /// Returns how many calls have begun and not ended.
    int running() {
        return running.get();
    }

    /* --- What a downstream can do --- */

    static Downstream answers(String json) {
        return call -> new Reply(200, json(json));
    }

    static Downstream answers(String json, int afterMillis) {
        return after(afterMillis, answers(json));
    }

    static Downstream status(int status) {
        return call -> new Reply(status, MissingNode.getInstance());
    }

    static Downstream fails(ErrorType type) {
        return call -> {
            throw new DownstreamException(type, "secret-host:9001 did something", null);
        };
    }

    static Downstream after(int millis, Downstream script) {
        return call -> {
            Checkpoints.sleep(Duration.ofMillis(millis));
            return script.call(call);
        };
    }

    static Downstream hangs() {
        return call -> {
            Checkpoints.sleepForever();
            throw new AssertionError("sleepForever returned");
        };
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
