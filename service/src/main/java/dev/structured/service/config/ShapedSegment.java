package dev.structured.service.config;

import dev.structured.service.yaml.InvalidValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A segment with a parameter that only some texts fit: `{id:integer}`, `{code:[a-z]{2}}`, `{id}.json`.
public final class ShapedSegment implements PathSegment {
    private static final PatternNode ANY_TEXT = new PatternNode.Repeat(PatternNode.Chars.ANY, 1, -1);

    /// Accepts any text but an empty one.
    static final Automaton ANY = any();

    private final String text;
    private final String parameter;
    private final ParamConfig.Type type;
    private final @Nullable String pattern;
    private final String before;
    private final String after;
    private final Automaton automaton;

    /// @param before the letters before the parameter
    /// @param after the letters after it
    /// @param pattern the pattern of its values; null for any text
    /// @throws InvalidValueException if it is no pattern; the offset is one of `pattern`
    ShapedSegment(String text, String before, String parameter, ParamConfig.Type type,
            @Nullable String pattern,
            String after) throws InvalidValueException {
        this.text = text;
        this.parameter = parameter;
        this.type = type;
        this.pattern = pattern;
        this.before = before;
        this.after = after;
        PatternNode value = pattern == null ? ANY_TEXT : PatternParser.parse(pattern);
        this.automaton = Automaton.of(new PatternNode.Sequence(
                List.of(PatternNode.literal(before), value, PatternNode.literal(after))));
        if (automaton.accepts(before + after)) {
            throw new InvalidValueException("has a pattern that an empty text fits too, but no parameter of a"
                    + " path is empty; write e.g. '+' for '*'");
        }
    }

    private static Automaton any() {
        try {
            return Automaton.of(ANY_TEXT);
        } catch (InvalidValueException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String parameter() {
        return parameter;
    }

    /// Returns the type of the parameter's values.
    public ParamConfig.Type type() {
        return type;
    }

    /// Returns the pattern of the parameter's values, which is a regular expression of ECMAScript too; null
    /// for any text.
    public @Nullable String pattern() {
        return pattern;
    }

    @Override
    public String plain() {
        return with("{" + parameter + "}");
    }

    /// Returns the segment with this text in the place of the parameter.
    public String with(String value) {
        return before + value + after;
    }

    /// Returns true if a segment fits. Takes one step for each of its characters.
    ///
    /// @param decoded a segment of a request's path, decoded
    public boolean fits(String decoded) {
        return automaton.accepts(decoded);
    }

    /// Returns the parameter's value.
    ///
    /// @param decoded a segment that fits
    public String value(String decoded) {
        return decoded.substring(before.length(), decoded.length() - after.length());
    }

    /// Returns a segment that fits: `42` in the place of the parameter, or else a short text.
    String example() {
        String plain = with("42");
        return fits(plain) ? plain : automaton.example();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ShapedSegment shaped && text.equals(shaped.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    Automaton automaton() {
        return automaton;
    }
}
