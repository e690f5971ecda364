package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.PartResult.Missing;
import dev.structured.service.aggregate.PartResult.Present;
import dev.structured.service.aggregate.PartResult.Skipped;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A page while its parts come in, in any order and from any task.
final class Page {
    private final RouteConfig route;
    private final Map<String, PartResult> results = new ConcurrentHashMap<>();
    /// The first required part that failed. Later ones failed because everything was being stopped, or too
    /// late.
    private final AtomicReference<@Nullable PartFailure> failure = new AtomicReference<>();

    Page(RouteConfig route) {
        this.route = route;
    }

    /// Takes in what a part came to. Returns false when there can be no page without it.
    boolean add(PartConfig part, PartResult result) {
        results.put(part.name(), result);
        PartFailure reason = failure(result);
        if (reason == null || !part.required()) return true;
        failure.compareAndSet(null, reason);
        return false;
    }

    /// Returns what the request came to. A part that has no result yet did not end before the route's
    /// deadline.
    Outcome outcome() {
        PartFailure first = failure.get();
        if (first != null) return new Outcome.Failed(first);
        PartConfig awaited = awaited();
        return awaited == null ? page() : new Outcome.Failed(late(awaited));
    }

    /// Returns a required part that the page still waits for, and that itself waits for no other; null if
    /// there is none.
    private @Nullable PartConfig awaited() {
        for (PartConfig part : route.parts()) {
            if (part.required() && !results.containsKey(part.name())
                    && results.keySet().containsAll(part.needs())) {
                return part;
            }
        }
        return null;
    }

    private Outcome page() {
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        List<PartFailure> missing = new ArrayList<>();
        for (PartConfig part : route.parts()) {
            if (results.get(part.name()) instanceof Present(var value)) {
                page.set(part.name(), value);
            } else {
                page.putNull(part.name());
                missing.add(why(part));
            }
        }
        if (missing.isEmpty()) return new Outcome.Complete(page);
        ObjectNode reasons = page.putObject(RouteConfig.MISSING);
        for (PartFailure failure : missing) {
            reasons.putObject(failure.part()).put("reason", failure.type().label()).put("detail",
                    failure.detail());
        }
        return new Outcome.Partial(page, List.copyOf(missing));
    }

    private PartFailure why(PartConfig part) {
        PartResult result = results.get(part.name());
        PartFailure known = result == null ? null : failure(result);
        return known == null ? late(part) : known;
    }

    private PartFailure late(PartConfig part) {
        return new PartFailure(part.name(), part.downstream(), ErrorType.DEADLINE_EXCEEDED, null,
                "not ready when the page's deadline of " + route.deadline().toMillis() + " ms passed");
    }

    private static @Nullable PartFailure failure(PartResult result) {
        return switch (result) {
            case Present(var value) -> null;
            case Missing(PartFailure failure) -> failure;
            case Skipped(PartFailure failure) -> failure;
        };
    }
}
