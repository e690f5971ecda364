package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The type of whole numbers between two bounds.
public record WholeNumber(int min, int max) implements ValueType<Integer> {
    /// The type.
    public static final WholeNumber TYPE = new WholeNumber(Integer.MIN_VALUE, Integer.MAX_VALUE);

    @Override
    public @Nullable Integer read(YamlValue value) {
        return value.read(ScalarRule.number(min, max));
    }

    @Override
    public ObjectNode schema() {
        return ScalarType.orInterpolated(JsonNodeFactory.instance.objectNode()
                .put("type", "integer")
                .put("minimum", min)
                .put("maximum", max));
    }

    @Override
    public Integer placeholder() {
        return 1;
    }

    @Override
    public String print(Integer value) {
        return value.toString();
    }

    @Override
    public boolean isBounded() {
        return true;
    }

    @Override
    public WholeNumber within(String least, String most) {
        return new WholeNumber(Integer.parseInt(least), Integer.parseInt(most));
    }
}
