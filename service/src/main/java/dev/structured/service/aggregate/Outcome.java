package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// The outcome of a request.
public sealed interface Outcome {

    /// Every part is in the page.
    ///
    /// @param headers the downstreams' headers that the client receives; names in lower case
    /// @param freshness how long the page may be reused: as long as each of its parts
    record Complete(ObjectNode page, Map<String, String> headers, Freshness freshness) implements Outcome {}

    /// Every required part is in the page.
    ///
    /// @param missing the optional parts that are missing or replaced, in the order of the route
    record Partial(ObjectNode page, List<PartFailure> missing,
            Map<String, String> headers) implements Outcome {}

    /// There is no page.
    ///
    /// @param failure the failure of the first required part that was missing
    /// @param status the answer's status
    record Failed(PartFailure failure, int status) implements Outcome {}

    /// Many pages, in the order of the items of the request.
    record Batch(List<Item> items) implements Outcome {
        public Batch { items = List.copyOf(items); }
    }

    /// One page of a batch.
    ///
    /// @param params the page's parameters, as the client sent them
    record Item(Map<String, String> params, Outcome outcome) {}
}
