package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A type of values that are written as one piece of text. The `with…` methods return a copy.
///
/// @param <T> the Java type of the values
public final class ScalarType<T> implements ValueType<T> {
    /// The pattern of any text that is not blank.
    public static final String NOT_BLANK = "[\\s\\S]*\\S[\\s\\S]*";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Parser<T> parser;
    private final boolean text;
    private final Supplier<ObjectNode> form;
    private final @Nullable T placeholder;
    private final @Nullable Function<T, String> printer;
    private final String noSecrets;

    private ScalarType(Parser<T> parser, boolean text, Supplier<ObjectNode> form, @Nullable T placeholder,
            @Nullable Function<T, String> printer, String noSecrets) {
        this.parser = parser;
        this.text = text;
        this.form = form;
        this.placeholder = placeholder;
        this.printer = printer;
        this.noSecrets = noSecrets;
    }

    /// Makes a value from a text.
    ///
    /// @param <T> the Java type of the value
    @FunctionalInterface
    public interface Parser<T> {
        /// Returns the value.
        ///
        /// @throws InvalidValueException if the text breaks the rule
        T parse(String text) throws InvalidValueException;
    }

    /// Returns the type of values that YAML takes as text, and that are not blank.
    ///
    /// @param pattern a regular expression that each of them matches
    public static <T> ScalarType<T> text(String pattern, Parser<T> parser) {
        return new ScalarType<>(parser, true, () -> textSchema(pattern), null, null, "");
    }

    /// Returns the type of values that YAML may take as text, number or boolean: only their characters count.
    ///
    /// @param pattern a regular expression that each of them matches
    public static <T> ScalarType<T> characters(String pattern, Parser<T> parser) {
        return new ScalarType<>(parser, false, () -> textSchema(pattern), null, null, "");
    }

    /// Returns the type of values of any form.
    public static <T> ScalarType<T> anything(Parser<T> parser) {
        return new ScalarType<>(parser, false, ScalarType::anySchema, null, null, "");
    }

    /// Sets the placeholder for values that cannot be read.
    public ScalarType<T> withPlaceholder(T value) {
        return new ScalarType<>(parser, text, form, value, printer, noSecrets);
    }

    /// Sets the printer of values; without one they are hidden.
    public ScalarType<T> withPrinter(Function<T, String> value) {
        return new ScalarType<>(parser, text, form, placeholder, value, noSecrets);
    }

    /// Refuses values that come from a file of secrets.
    ///
    /// @param why the reason, as the end of a sentence
    public ScalarType<T> withoutSecrets(String why) {
        return new ScalarType<>(parser, text, form, placeholder, printer, why);
    }

    @Override
    public @Nullable T read(YamlValue value) {
        if (!noSecrets.isEmpty() && value.isSecret()) {
            value.refuseSecret(noSecrets);
            return null;
        }
        return value.read(text ? ScalarRule.text(parser) : scalar -> parser.parse(scalar.getValue()));
    }

    /// Reads a text.
    ///
    /// @throws InvalidValueException if it breaks the rule
    public T parse(String written) throws InvalidValueException {
        return parser.parse(written);
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = form.get();
        return schema.has("pattern") ? orInterpolated(schema) : schema;
    }

    /// Returns a new JSON Schema of the values as keys of a mapping, which are never interpolated.
    public ObjectNode nameSchema() {
        return form.get().has("pattern") ? form.get() : JSON.objectNode();
    }

    @Override
    public @Nullable T placeholder() {
        return placeholder;
    }

    @Override
    public String print(T value) {
        return printer == null ? HIDDEN : printer.apply(value);
    }

    /// Returns the schema of texts that match a pattern from end to end.
    static ObjectNode textSchema(String pattern) {
        return JSON.objectNode().put("type", "string").put("pattern", "^(?:" + pattern + ")$");
    }

    /// Returns a schema that also allows a value with `${env:NAME}` in it.
    static ObjectNode orInterpolated(ObjectNode schema) {
        ObjectNode either = JSON.objectNode();
        either.putArray("anyOf").add(schema).addObject().put("$ref", "#/$defs/outside");
        return either;
    }

    private static ObjectNode anySchema() {
        ObjectNode schema = JSON.objectNode();
        schema.putArray("type").add("string").add("number").add("boolean");
        return schema;
    }
}
