package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.aggregate.PartFailure;
import java.util.Set;

/// A piece of a page that is streamed.
///
/// @param name `part`, `part-error` or `done`
record PageEvent(String name, ObjectNode data) {
    private static final String ERROR = "part-error";
    private static final String FAILED = "failed";
    private static final Set<String> OUTCOMES = Set.of("complete", "partial", FAILED);

    /// Returns the event of a part that has arrived.
    static PageEvent part(String part, JsonNode value) {
        return new PageEvent("part", object().put("part", part).set("value", value));
    }

    /// Returns true for the event of a missing part.
    boolean isError() {
        return name.equals(ERROR);
    }

    /// Returns the event of a missing part.
    static PageEvent partError(PartFailure failure) {
        ObjectNode data = object().put("part", failure.part()).put("reason", failure.type().label())
                .put("detail", failure.detail());
        if (failure.instead() != PartFailure.Instead.NOTHING) {
            data.put("instead", failure.instead().label());
        }
        return new PageEvent(ERROR, data);
    }

    /// Returns the last event of a stream.
    ///
    /// @param answer the answer to a client that takes the whole page at once
    static PageEvent done(Verdict verdict, Answer answer, String requestId) {
        String outcome = OUTCOMES.contains(verdict.outcome()) ? verdict.outcome() : FAILED;
        ObjectNode data = object().put("outcome", outcome).put("status", answer.status());
        ArrayNode missing = data.putArray("missing");
        verdict.parts().forEach(failure -> missing.add(failure.part()));
        data.put("requestId", requestId);
        if (ProblemDetails.MEDIA_TYPE.equals(answer.contentType())) data.set("problem", answer.body());
        return new PageEvent("done", data);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
