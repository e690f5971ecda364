package dev.structured.service.edge;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// Events as lines of JSON: `{"event":"part","part":"reviews","value":...}`.
final class NdJson {
    private NdJson() {}

    /// Returns the event as one line.
    static byte[] bytes(PageEvent event) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("event", event.name());
        line.setAll(event.data());
        return JsonText.bytes("", line, "\n");
    }
}
