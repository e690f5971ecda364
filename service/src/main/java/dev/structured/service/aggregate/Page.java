package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.aggregate.PartResult.Present;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Assembles a page from the results of its parts, in the order of the route and not of their arrival.
final class Page {
    private final ObjectNode page = JsonNodeFactory.instance.objectNode();
    private final List<PartFailure> failures = new ArrayList<>();
    private final Plan plan;
    private Map<String, String> headers = Map.of();
    private Freshness freshness = Freshness.FOREVER;

    private Page(Plan plan) {
        this.plan = plan;
    }

    /// Returns the page.
    ///
    /// @param results the results of all parts, by name
    static Outcome of(Plan plan, Map<String, PartResult> results) {
        Page page = new Page(plan);
        for (PartPlan part : plan.parts) {
            PartResult result = results.get(part.name());
            if (result == null) throw new IllegalStateException("Part '" + part.name() + "' has no result");
            page.add(part, result);
        }
        return page.outcome();
    }

    private void add(PartPlan part, PartResult result) {
        PartFailure failure = result.failure();
        if (failure != null) failures.add(failure);
        if (result instanceof Present present) {
            put(part, present.shown());
            freshness = freshness.and(present.freshness());
            if (!present.headers().isEmpty()) {
                if (headers.isEmpty()) headers = new HashMap<>();
                headers.putAll(present.headers());
            }
        } else if (result.isMissing() && part.config.failure().onFailure() != OnFailure.OMIT
                && !part.config.place().merge()) {
            put(part, JsonNodeFactory.instance.nullNode());
        }
    }

    private void put(PartPlan part, JsonNode value) {
        if (!part.config.place().show()) return;
        String group = part.config.place().group();
        ObjectNode place = group == null ? page : page.withObjectProperty(group);
        if (part.config.place().merge() && value instanceof ObjectNode object) {
            place.setAll(object);
        } else {
            place.set(part.config.field(), value);
        }
    }

    /// Returns the outcome. A page is complete, although it names missing parts, if these were not needed.
    private Outcome outcome() {
        if (!failures.isEmpty()) explain();
        boolean complete = failures.stream().allMatch(failure -> failure.type() == ErrorType.NOT_NEEDED);
        return complete
                ? new Outcome.Complete(page, headers, freshness)
                : new Outcome.Partial(page, List.copyOf(failures), headers);
    }

    private void explain() {
        ObjectNode reasons = page.putObject(RouteConfig.MISSING);
        for (PartFailure failure : failures) {
            ObjectNode reason = reasons.putObject(failure.part()).put("reason", failure.type().label())
                    .put("detail", failure.detail());
            String place = place(plan.route.part(failure.part()));
            if (!place.equals(failure.part())) reason.put("field", place);
            if (failure.instead() != Instead.NOTHING) {
                reason.put("instead", failure.instead().label());
            }
        }
    }

    /// Returns the page's field for a part, because clients see fields and not parts; the part's name if it
    /// has no field of its own.
    private static String place(PartConfig part) {
        if (part.place().merge() || !part.place().show()) return part.name();
        String group = part.place().group();
        return group == null ? part.field() : group + "." + part.field();
    }
}
