package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The type of `true` and `false`.
public final class FlagType implements ValueType<Boolean> {
    /// The type.
    public static final FlagType TYPE = new FlagType();

    private FlagType() {}

    @Override
    public @Nullable Boolean read(YamlValue value) {
        return value.read(ScalarRule.flag());
    }

    @Override
    public ObjectNode schema() {
        return ScalarType.orInterpolated(JsonNodeFactory.instance.objectNode().put("type", "boolean"));
    }

    @Override
    public String print(Boolean value) {
        return value.toString();
    }
}
