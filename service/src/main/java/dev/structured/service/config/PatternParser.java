package dev.structured.service.config;

import dev.structured.service.config.PatternNode.Chars;
import dev.structured.service.config.PatternNode.Range;
import dev.structured.service.yaml.InvalidValueException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Reads the pattern of a parameter, such as `[a-z]{2}-[0-9]+`.
///
/// Patterns have what regular expressions of RE2 and ECMAScript have in common and what needs no memory of
/// the text before: characters, classes, groups, choices and repetitions. So an automaton can decide them,
/// one step a character.
final class PatternParser {
    private static final int LONGEST = 200;
    private static final int MOST_REPEATS = 200;
    /// Deeper nesting would end in an overflow of the stack.
    private static final int DEEPEST = 20;
    private static final String TO_ESCAPE = "\\^$.|?*+()[]{}";
    private static final List<Range> DIGITS = List.of(new Range('0', '9'));
    private static final List<Range> WORD = List.of(new Range('0', '9'), new Range('A', 'Z'),
            new Range('_', '_'),
            new Range('a', 'z'));

    private final String text;
    private int position;
    private int depth;

    private PatternParser(String text) {
        this.text = text;
    }

    /// Returns the tree of a pattern.
    ///
    /// @throws InvalidValueException if it is no pattern; the offset is one of `text`
    static PatternNode parse(String text) throws InvalidValueException {
        if (text.isEmpty())
            throw new InvalidValueException("has an empty pattern; write a parameter for any"
                    + " text as {id}");
        if (text.length() > LONGEST) {
            throw new InvalidValueException("has a pattern of more than " + LONGEST + " characters");
        }
        PatternParser parser = new PatternParser(text);
        parser.checkCharacters();
        PatternNode node = parser.choice();
        if (parser.position < text.length())
            throw parser.wrong("has a ')' without a '('; write '\\)' for the"
                    + " character");
        return node;
    }

    /// The path is the name of its route in lines of the log, which have spaces between their fields.
    private void checkCharacters() throws InvalidValueException {
        for (position = 0; position < text.length(); position++) {
            char c = text.charAt(position);
            if (c <= ' ' || c == 0x7f || c == '"')
                throw wrong("has a space, a quote or a control character in its"
                        + " pattern; write '.' for it");
        }
        position = 0;
    }

    private InvalidValueException wrong(String message) {
        return new InvalidValueException(position, message);
    }

    private boolean sees(char c) {
        return position < text.length() && text.charAt(position) == c;
    }

    private boolean skip(char c) {
        if (!sees(c)) return false;
        position++;
        return true;
    }

    private PatternNode choice() throws InvalidValueException {
        List<PatternNode> nodes = new ArrayList<>();
        do
            nodes.add(sequence());
        while (skip('|'));
        return nodes.size() == 1 ? nodes.getFirst() : new PatternNode.Choice(List.copyOf(nodes));
    }

    private PatternNode sequence() throws InvalidValueException {
        List<PatternNode> nodes = new ArrayList<>();
        while (position < text.length() && !sees('|') && !sees(')'))
            nodes.add(repeated());
        if (nodes.isEmpty())
            throw wrong("has nothing on one side of a '|' or in a group; use '?' for what may"
                    + " be absent");
        return nodes.size() == 1 ? nodes.getFirst() : new PatternNode.Sequence(List.copyOf(nodes));
    }

    private PatternNode repeated() throws InvalidValueException {
        PatternNode node = one();
        if (position == text.length()) return node;
        PatternNode repeat = switch (text.charAt(position)) {
            case '?' -> new PatternNode.Repeat(node, 0, 1);
            case '*' -> new PatternNode.Repeat(node, 0, -1);
            case '+' -> new PatternNode.Repeat(node, 1, -1);
            case '{' -> counted(node);
            default -> null;
        };
        if (repeat == null) return node;
        position++;
        if (position < text.length() && "?*+{".indexOf(text.charAt(position)) >= 0) {
            throw wrong(
                    "has two repetitions in a row; a pattern is about the whole value, so that greedy or not"
                            + " makes no difference; remove one");
        }
        return repeat;
    }

    /// Reads `{2}`, `{2,}` or `{2,4}`, up to its last brace.
    private PatternNode counted(PatternNode node) throws InvalidValueException {
        int start = position;
        position++;
        int least = number();
        int most = least;
        if (skip(',')) most = sees('}') ? -1 : number();
        if (!sees('}') || least < 0 || (most >= 0 && most < least) || most == 0) {
            position = start;
            throw wrong(
                    "has a '{' that is no repetition such as {2} or {2,4}; write '\\{' for the character");
        }
        if (Math.max(least, most) > MOST_REPEATS) {
            position = start;
            throw wrong(
                    "repeats more than " + MOST_REPEATS + " times; write '{" + least + ",}' for any number");
        }
        return new PatternNode.Repeat(node, least, most);
    }

    /// Returns the number that follows; negative if none does.
    private int number() {
        int number = -1;
        while (position < text.length() && isDigit(text.charAt(position)) && number < 1_000_000) {
            number = Math.max(number, 0) * 10 + text.charAt(position++) - '0';
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private PatternNode one() throws InvalidValueException {
        int next = text.codePointAt(position);
        return switch (next) {
            case '.' -> {
                position++;
                yield Chars.ANY;
            }
            case '(' -> group();
            case '[' -> new Chars(bracketed());
            case '\\' -> new Chars(escaped());
            case '^', '$' -> throw wrong("has '" + (char) next
                    + "'; a pattern is always about the whole value: remove it");
            case '?', '*', '+' -> throw wrong("has '" + (char) next
                    + "' with nothing before it to repeat; write '\\" + (char) next + "' for the character");
            case '{', '}', ']' -> throw wrong("has '" + (char) next + "'; write '\\" + (char) next
                    + "' for the character");
            default -> {
                position += Character.charCount(next);
                yield new Chars(List.of(new Range(next, next)));
            }
        };
    }

    private PatternNode group() throws InvalidValueException {
        int start = position;
        position++;
        if (sees('?') && !text.startsWith("?:", position)) {
            throw wrong("has '(?', which begins what patterns of paths do not have; a group is (...)");
        }
        if (sees('?')) position += 2;
        if (++depth > DEEPEST) throw wrong("has more than " + DEEPEST + " groups in each other");
        PatternNode node = choice();
        depth--;
        if (skip(')')) return node;
        position = start;
        throw wrong("has a '(' without a ')'; write '\\(' for the character");
    }

    /// Reads a backslash and the character after it.
    private List<Range> escaped() throws InvalidValueException {
        int next = position + 1 < text.length() ? text.charAt(position + 1) : -1;
        List<Range> ranges = switch (next) {
            case 'd' -> DIGITS;
            case 'w' -> WORD;
            default -> next > ' ' && next < 0x7f && !Character.isLetterOrDigit(next)
                    ? List.of(new Range(next, next))
                    : null;
        };
        if (ranges == null) {
            throw wrong(next == -1
                    ? "ends in a '\\'"
                    : "has '\\" + (char) next
                            + "', which patterns of paths do not have; there are \\d, \\w and"
                            + " escaped signs such as \\.");
        }
        position += 2;
        return ranges;
    }

    /// Reads a class such as `[a-z_]` or `[^/]`.
    private List<Range> bracketed() throws InvalidValueException {
        int start = position;
        position++;
        boolean negated = skip('^');
        List<Range> ranges = new ArrayList<>();
        while (position < text.length() && !sees(']')) {
            List<Range> first = member();
            boolean range = sees('-') && position + 1 < text.length() && text.charAt(position + 1) != ']';
            if (!range) {
                ranges.addAll(first);
                continue;
            }
            position++;
            ranges.add(range(first, member()));
        }
        if (!skip(']')) {
            position = start;
            throw wrong("has a '[' without a ']'; write '\\[' for the character");
        }
        List<Range> sorted = sorted(ranges);
        List<Range> all = negated ? others(sorted) : sorted;
        if (!ranges.isEmpty() && !all.isEmpty()) return all;
        position = start;
        throw wrong("has a class without a character");
    }

    private List<Range> member() throws InvalidValueException {
        int next = text.codePointAt(position);
        if (next == '\\') return escaped();
        if ("[{}".indexOf(next) >= 0) {
            throw wrong("has '" + (char) next + "' in a class; write '\\" + (char) next + "'");
        }
        position += Character.charCount(next);
        return List.of(new Range(next, next));
    }

    private Range range(List<Range> from, List<Range> to) throws InvalidValueException {
        int first = from.getFirst().first();
        int last = to.getLast().last();
        boolean single = from.size() + to.size() == 2 && from.getFirst().last() == first
                && to.getFirst().first() == last;
        if (single && first <= last) return new Range(first, last);
        throw wrong("has a range that is none; write its first character, '-', and its last one");
    }

    private static List<Range> sorted(List<Range> ranges) {
        List<Range> merged = new ArrayList<>();
        for (Range range : ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList()) {
            Range last = merged.isEmpty() ? null : merged.getLast();
            if (last == null || range.first() > last.last() + 1) merged.add(range);
            else
                merged.set(merged.size() - 1, new Range(last.first(), Math.max(last.last(), range.last())));
        }
        return merged;
    }

    private static List<Range> others(List<Range> sorted) {
        List<Range> others = new ArrayList<>();
        int next = 0;
        for (Range range : sorted) {
            if (range.first() > next) others.add(new Range(next, range.first() - 1));
            next = range.last() + 1;
        }
        if (next <= Character.MAX_CODE_POINT) others.add(new Range(next, Character.MAX_CODE_POINT));
        return others;
    }

    /// Returns true if a pattern is a word without any sign of a pattern.
    static boolean isWord(String pattern) {
        return pattern.chars().noneMatch(c -> TO_ESCAPE.indexOf(c) >= 0);
    }
}
