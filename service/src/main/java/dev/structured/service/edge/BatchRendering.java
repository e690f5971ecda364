package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PageRequest;
import dev.structured.service.aggregate.PartFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Turns many pages into one answer: each with the status of its own, in the order of the request.
final class BatchRendering {
    private BatchRendering() {}

    static Answer of(Outcome.Batch batch, ServedRoute served, PageRequest request, Duration elapsed) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode items = body.putArray("items");
        for (Outcome.Item item : batch.items()) {
            Answer answer = PageRendering.of(item.outcome(), served, request, elapsed);
            ObjectNode one = items.addObject();
            ObjectNode params = one.putObject("params");
            item.params().forEach(params::put);
            one.put("status", answer.status());
            one.set(item.outcome() instanceof Outcome.Failed ? "problem" : "page", answer.body());
        }
        return new Answer(200, "application/json", Map.of("Cache-Control", "no-store"), body);
    }

    /// Returns the verdict for the log: partial if a part of any page is missing. A batch itself never fails.
    static Verdict verdict(Outcome.Batch batch) {
        List<PartFailure> missing = batch.items()
                .stream()
                .flatMap(item -> PageRendering.verdict(item.outcome()).parts().stream())
                .toList();
        return missing.isEmpty() ? Verdict.COMPLETE : Verdict.partial(missing);
    }
}
