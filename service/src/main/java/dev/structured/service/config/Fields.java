package dev.structured.service.config;

import java.util.List;

/// The fields that a part is known to have.
final class Fields {
    private Fields() {}

    /// Returns the outermost fields that `allow` names; none where there is no `allow`.
    static List<String> allowed(PartConfig part) {
        return part.allow().stream().map(path -> path.steps().getFirst()).distinct().toList();
    }

    /// Returns the fields that a merged part puts in the page, under their new names.
    static List<String> merged(PartConfig part) {
        return allowed(part).stream().map(name -> part.rename().getOrDefault(name, name)).distinct().toList();
    }
}
