package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/// The type of values that name a constant of an enum.
///
/// @param <E> the enum
public final class ChoiceType<E extends Enum<E>> implements ValueType<E> {
    private static final String NULL = "null";

    private final List<E> constants;
    private final List<String> words = new ArrayList<>();
    private final Function<E, String> word;

    private ChoiceType(List<E> constants, Function<E, String> word) {
        this.constants = constants;
        this.word = word;
        constants.forEach(constant -> words.add(word.apply(constant)));
    }

    /// Returns the type of an enum whose constants are written in lower case.
    public static <E extends Enum<E>> ChoiceType<E> of(Class<E> type) {
        return of(type, constant -> constant.name().toLowerCase(Locale.ROOT));
    }

    /// Returns the type of an enum.
    ///
    /// @param word returns the word for a constant
    public static <E extends Enum<E>> ChoiceType<E> of(Class<E> type, Function<E, String> word) {
        return new ChoiceType<>(List.of(type.getEnumConstants()), word);
    }

    /// Returns the words for the constants.
    public List<String> words() {
        return List.copyOf(words);
    }

    @Override
    public @Nullable E read(YamlValue value) {
        // The word null is a value if a constant has that name; otherwise it means no value.
        if (value.text().equals(NULL) && words.contains(NULL)) return constants.get(words.indexOf(NULL));
        return value.read(this::constant);
    }

    private E constant(ScalarNode scalar) throws InvalidValueException {
        String text = scalar.getValue();
        int index = words.indexOf(text);
        if (index >= 0 && ScalarRule.isText(scalar)) return constants.get(index);
        throw new InvalidValueException("must be one of " + String.join(", ", words) + "; it is '" + text
                + "'"
                + Suggestion.hint(text, words));
    }

    /// The word null is written without quotes, and is then no text: the schema lists both.
    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ArrayNode choices = schema.putArray("enum");
        for (String choice : words) {
            choices.add(choice);
            if (choice.equals(NULL)) choices.addNull();
        }
        return ScalarType.orInterpolated(schema);
    }

    @Override
    public E placeholder() {
        return constants.getFirst();
    }

    @Override
    public String print(E value) {
        return word.apply(value);
    }
}
