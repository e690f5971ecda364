package dev.structured.service.config;

import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The JSON object that a route needs as its request's body.
///
/// @param fields the rules for its fields; other fields are accepted
public record BodyConfig(
        @Key(min = "1", max = "100", each = "field", names = AnyScalar.class, says = "The rules for its fields; fields that are not named here are let"
                + " through.") Map<String, ParamConfig> fields) {

    public BodyConfig { fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields)); }
}
