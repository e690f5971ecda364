package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// What a request came to.
public sealed interface Outcome {

    /// Every part is in the page.
    ///
    /// @param headers what downstreams' headers the client gets; names in lower case
    /// @param freshness how long the page may be used: as long as every part of it
    record Complete(ObjectNode page, Map<String, String> headers, Freshness freshness) implements Outcome {}

    /// Every part that there must be is in the page; `missing` names those that are not, or that something else stands
    /// in for, in route order.
    record Partial(ObjectNode page, List<PartFailure> missing,
            Map<String, String> headers) implements Outcome {}

    /// There is no page.
    ///
    /// @param failure the first that was missing and must not be
    /// @param status the client's status for it
    record Failed(PartFailure failure, int status) implements Outcome {}

    /// Many pages, in the order of the request's items.
    record Batch(List<Item> items) implements Outcome {
        public Batch { items = List.copyOf(items); }
    }

    /// One page of a batch.
    ///
    /// @param params the page's parameters, as the client gave them
    record Item(Map<String, String> params, Outcome outcome) {}
}
