package dev.structured.service.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// `true` or `false`.
final class FlagType implements ValueType<Boolean> {
    static final FlagType TYPE = new FlagType();

    private FlagType() {}

    @Override
    public @Nullable Boolean read(Value value) {
        return value.read(Rule.flag());
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
