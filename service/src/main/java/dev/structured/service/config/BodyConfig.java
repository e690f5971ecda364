package dev.structured.service.config;

import dev.structured.service.yaml.AnyScalar;
import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The JSON object that a route wants as its request's body.
///
/// @param fields what is known of its fields; others are let through
public record BodyConfig(
        @Key(min = "1", max = "100", each = "field", names = AnyScalar.class, says = "What its fields "
                + "must be; fields that are not named here are let"
                + " through.") Map<String, ParamConfig> fields) {

    public BodyConfig { fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields)); }
}
