package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.PartConfig;
import java.util.List;
import java.util.Map;

/// The fields of a part that the file names.
final class KnownFields {
    private KnownFields() {}

    /// Returns the outermost fields that `allow` names; none without `allow`.
    static List<String> allowed(PartConfig part) {
        return part.shape().allow().stream().map(path -> path.steps().getFirst()).distinct().toList();
    }

    /// Returns the fields that a merged part puts in the page, under their new names.
    static List<String> merged(PartConfig part) {
        JsonNode fixed = part.value();
        if (fixed != null) return fixed.properties().stream().map(Map.Entry::getKey).toList();
        return allowed(part).stream().map(name -> part.shape().rename().getOrDefault(name,
                name)).distinct().toList();
    }
}
