package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.ItemConfig;
import dev.structured.service.config.ParamConfig;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Checks values in the file against the rules of a parameter.
final class ParamValues {
    private ParamValues() {}

    /// Returns the reason why a value is not allowed, as the end of a sentence; null if it is allowed.
    static @Nullable String wrong(ParamConfig param, JsonNode value) {
        if (!param.type().fits(value)) {
            return "is not of the parameter's type: " + value + " is no "
                    + param.type().label();
        }
        if (!param.isAllowed(value)) {
            return "is not allowed by 'oneOf' (" + String.join(", ", param.oneOf()) + "); it is " + value;
        }
        String bounds = outOfBounds(param, value);
        ItemConfig items = param.items();
        if (bounds != null || items == null) return bounds;
        for (JsonNode element : value) {
            String wrong = wrong(items.rule(), element);
            if (wrong != null) return "has an element that " + wrong;
        }
        return null;
    }

    private static @Nullable String outOfBounds(ParamConfig param, JsonNode value) {
        if (param.type() == ParamConfig.Type.BOOLEAN || param.type() == ParamConfig.Type.OBJECT) return null;
        BigDecimal size = ParamConfig.size(value);
        Integer min = param.min();
        Integer max = param.max();
        if (min != null && size.compareTo(BigDecimal.valueOf(min)) < 0) {
            return "is below the parameter's 'min' of " + min + "; it is " + value;
        }
        if (max != null && size.compareTo(BigDecimal.valueOf(max)) > 0) {
            return "is above the parameter's 'max' of " + max + "; it is " + value;
        }
        return null;
    }
}
