package dev.structured.service.config;

import dev.structured.service.yaml.ValueType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The query of a part's call: names of the client's parameters that are passed on unchanged (a list in the
/// file), or values by name (a mapping).
///
/// @param passed names that are passed on
/// @param set values that are set; one whose only variable is missing is left out
public record QueryRules(List<String> passed, Map<String, TextTemplate> set) {
    /// The type of queries.
    public static final ValueType<QueryRules> TYPE = new QueryReader();

    /// No query at all.
    public static final QueryRules NONE = new QueryRules(List.of(), Map.of());

    public QueryRules {
        passed = List.copyOf(passed);
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
    }
}
