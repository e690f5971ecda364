package dev.structured.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.config.Automaton.Relation;
import dev.structured.service.yaml.InvalidValueException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Patterns of parameters: what they accept, and how two of them are related.
final class AutomatonTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            [0-9]+ [0-9]+ SAME
            [0-9]+ \\d* NARROWER
            \\d{2,4} \\d{3} WIDER
            [a-f0-9]+ [0-9]+ WIDER
            [a-f]+ [0-9]+ DISJOINT
            a|b b|a SAME
            a|b|c b|a WIDER
            [a-c]x* [b-d]x* CROSSED
            (ab)+ a(ba)*b SAME
            (a|b)*a .*a NARROWER
            [^/]+ .+ NARROWER
            .{3} .{4} DISJOINT
            x\\d{1,9} x\\d{1,9}y? NARROWER
            \\w+ [A-Za-z0-9_]+ SAME
            true|false [a-z]+ NARROWER
            """)
    void two_patterns_are_related(String one, String other, Relation relation) throws Exception {
        assertEquals(relation, automaton(one).to(automaton(other)));
        assertEquals(relation.turned(), automaton(other).to(automaton(one)));
    }

    /// Java's regular expressions decide what a pattern that was drawn accepts.
    @Test
    void drawn_patterns_accept_what_regular_expressions_accept() throws Exception {
        Random random = new Random(7);
        int accepted = 0;
        for (int i = 0; i < 3_000; i++) {
            String pattern = drawn(random, 3);
            Pattern known = Pattern.compile(pattern, Pattern.DOTALL);
            Automaton automaton = automaton(pattern);
            assertTrue(known.matcher(automaton.example()).matches(), pattern);
            for (int j = 0; j < 20; j++) {
                String text = text(random);
                boolean expected = known.matcher(text).matches();
                assertEquals(expected, automaton.accepts(text), pattern + " and '" + text + "'");
                if (expected) accepted++;
            }
        }
        assertTrue(accepted > 5_000, () -> "hardly any text was accepted");
    }

    /// The relation of two drawn patterns fits all short texts.
    @Test
    void relation_of_drawn_patterns_holds_for_short_texts() throws Exception {
        List<String> texts = shortTexts();
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            String one = drawn(random, 2);
            String other = drawn(random, 2);
            Automaton first = automaton(one);
            Automaton second = automaton(other);
            Relation relation = first.to(second);
            for (String text : texts) {
                boolean here = first.accepts(text);
                boolean there = second.accepts(text);
                boolean possible = switch (relation) {
                    case DISJOINT -> !(here && there);
                    case SAME -> here == there;
                    case NARROWER -> !here || there;
                    case WIDER -> here || !there;
                    case CROSSED -> true;
                };
                assertTrue(possible, one + " is " + relation + " to " + other + ", but '" + text + "'");
            }
        }
    }

    /// Each of these takes a backtracking matcher longer than anyone can wait.
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            (a+)+b
            (a|a)*b
            (a*)*b
            (a|aa)+b
            ([a-z]+)*\\d
            (.*){20}b
            """)
    void no_pattern_backtracks(String pattern) throws Exception {
        Automaton automaton = automaton(pattern);
        String long_ = "a".repeat(200_000);

        assertEquals(false, automaton.accepts(long_ + "!"));
        assertEquals(!pattern.contains("\\d"), automaton.accepts(long_ + "b"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            (a|b)*a(a|b){12}
            (.*a.{15}){3}
            ((a{100}){100}){100}
            (\\d{200}){200}
            """)
    void pattern_that_needs_too_many_states_is_refused(String pattern) {
        var refused = assertThrows(InvalidValueException.class, () -> automaton(pattern));

        assertTrue(refused.complaint().contains("needs more than 1000 states"), refused.complaint());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ^a       | 0 | always about the whole value
            a$       | 1 | always about the whole value
            (?=a)b   | 1 | begins what patterns of paths do not have
            (?i)a    | 1 | begins what patterns of paths do not have
            (a)\\1   | 3 | which patterns of paths do not have
            \\bx     | 0 | which patterns of paths do not have
            \\p{L}   | 0 | which patterns of paths do not have
            a\\      | 1 | ends in a '\\'
            a*?      | 2 | two repetitions in a row
            a++      | 2 | two repetitions in a row
            a{2}{3}  | 4 | two repetitions in a row
            *a       | 0 | with nothing before it to repeat
            `a|`     | 2 | has nothing on one side of a
            ()       | 1 | has nothing on one side of a '|' or in a group
            (a       | 0 | has a '(' without a ')'
            a)       | 1 | has a ')' without a '('
            [a-z     | 0 | has a '[' without a ']'
            []       | 0 | has a class without a character
            [z-a]    | 4 | has a range that is none
            [\\d-z]  | 5 | has a range that is none
            [[a]]    | 1 | has '[' in a class; write '\\['
            a b      | 1 | has a space, a quote or a control character
            a{2,1}   | 1 | no repetition such as {2} or {2,4}
            a{x}     | 1 | no repetition such as {2} or {2,4}
            a{0}     | 1 | no repetition such as {2} or {2,4}
            a{201}   | 1 | repeats more than 200 times
            a{99999999999} | 1 | no repetition
            """)
    void other_pattern_is_refused_at_its_place(String pattern, int offset, String words) {
        var refused = assertThrows(InvalidValueException.class,
                () -> automaton(pattern.replace("\\\\", "\\")));

        assertTrue(refused.complaint().contains(words.replace("\\\\", "\\")), refused.complaint());
        assertEquals(offset, refused.offset(), refused.complaint());
    }

    private static Automaton automaton(String pattern) throws InvalidValueException {
        return Automaton.of(PatternParser.parse(pattern));
    }

    private static String drawn(Random random, int depth) {
        if (depth == 0) {
            String[] leaves = {"a", "b", "c", ".", "[ab]", "[^a]", "[b-d]", "\\d", "\\w", "\\.", "é"};
            return leaves[random.nextInt(leaves.length)];
        }
        return switch (random.nextInt(6)) {
            case 0 -> drawn(random, depth - 1) + drawn(random, depth - 1);
            case 1 -> "(" + drawn(random, depth - 1) + "|" + drawn(random, depth - 1) + ")";
            case 2 -> "(" + drawn(random, depth - 1) + ")*";
            case 3 -> "(?:" + drawn(random, depth - 1) + "){1,3}";
            case 4 -> "(" + drawn(random, depth - 1) + ")+" + drawn(random, 0);
            default -> drawn(random, depth - 1) + "(" + drawn(random, 0) + ")?";
        };
    }

    private static String text(Random random) {
        String letters = "abcd1.é/\n_";
        return random.ints(random.nextInt(6), 0, letters.length())
                .collect(StringBuilder::new, (text, at) -> text.append(letters.charAt(at)),
                        StringBuilder::append)
                .toString();
    }

    private static List<String> shortTexts() {
        String letters = "abc1é";
        return IntStream.range(0, 6 * 6 * 6 * 6).mapToObj(number -> {
            StringBuilder text = new StringBuilder();
            for (int rest = number; rest > 0; rest /= 6) {
                if (rest % 6 > 0) text.append(letters.charAt(rest % 6 - 1));
            }
            return text.toString();
        }).distinct().toList();
    }
}
