package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What a request came to.
public sealed interface Outcome {

    /// Every part is in the page.
    record Complete(ObjectNode page) implements Outcome {}

    /// Every required part is in the page; `missing` names the optional ones that are not, in route order.
    record Partial(ObjectNode page, List<PartFailure> missing) implements Outcome {}

    /// A required part failed, so there is no page.
    record Failed(PartFailure failure) implements Outcome {}
}
