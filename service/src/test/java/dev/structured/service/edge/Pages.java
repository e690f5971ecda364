package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import java.util.List;
import java.util.Map;

/// Outcomes that tests script.
public final class Pages {
    private Pages() {}

    /// Returns the parameter `id` of the path.
    public static String id(PageRequest request) {
        return request.pathParams().getOrDefault("id", "");
    }

    /// A page that has nothing but `id`.
    public static ObjectNode page(String id) {
        return JsonNodeFactory.instance.objectNode().put("id", id);
    }

    /// All of a page that says nothing of its freshness.
    public static Outcome complete(ObjectNode page) {
        return new Outcome.Complete(page, Map.of(), Freshness.UNKNOWN);
    }

    public static Outcome partial(ObjectNode page, PartFailure... missing) {
        return new Outcome.Partial(page, List.of(missing), Map.of());
    }

    /// No page, with the status of what failed.
    public static Outcome failed(PartFailure failure) {
        return new Outcome.Failed(failure, failure.type().status());
    }
}
