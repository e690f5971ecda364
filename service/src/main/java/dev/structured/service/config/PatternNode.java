package dev.structured.service.config;

import java.util.List;

/// A pattern of texts, as a tree.
sealed interface PatternNode {
    /// One character.
    ///
    /// @param ranges the first and the last code point of each range, in ascending order, without overlaps
    record Chars(List<Range> ranges) implements PatternNode {
        /// Any character.
        static final Chars ANY = new Chars(List.of(new Range(0, Character.MAX_CODE_POINT)));
    }

    /// The code points from `first` to `last`.
    record Range(int first, int last) {}

    /// One after the other.
    record Sequence(List<PatternNode> nodes) implements PatternNode {}

    /// Any one of them.
    record Choice(List<PatternNode> nodes) implements PatternNode {}

    /// The same several times.
    ///
    /// @param most negative for any number
    record Repeat(PatternNode node, int least, int most) implements PatternNode {}

    /// Returns the pattern of exactly this text.
    static PatternNode literal(String text) {
        return new Sequence(text.codePoints()
                .<PatternNode>mapToObj(next -> new Chars(List.of(new Range(next, next)))).toList());
    }
}
