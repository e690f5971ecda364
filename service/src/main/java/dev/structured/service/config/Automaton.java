package dev.structured.service.config;

import dev.structured.service.config.PatternNode.Range;
import dev.structured.service.yaml.InvalidValueException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decides whether a text matches a pattern, with one step for each of its characters, however the pattern is
/// written: it is a deterministic automaton, made when the file is read. Two of them can be compared, too.
final class Automaton {
    /// The most states. A pattern that needs more is refused when the file is read.
    private static final int MOST = 1_000;
    private static final int NOWHERE = -1;

    /// The beginnings of each state's ranges of characters, in order. A range ends before the next one.
    private final List<int[]> begins;
    /// The state that each range leads to.
    private final List<int[]> leads;
    private final BitSet ends;

    private Automaton(List<int[]> begins, List<int[]> leads, BitSet ends) {
        this.begins = begins;
        this.leads = leads;
        this.ends = ends;
    }

    /// The relation between the texts that two automata accept.
    enum Relation {
        /// No text is accepted by both.
        DISJOINT,
        /// The same texts.
        SAME,
        /// All texts of the first are texts of the second, which accepts more.
        NARROWER,
        /// All texts of the second are texts of the first, which accepts more.
        WIDER,
        /// Some texts are accepted by both, and some by each alone.
        CROSSED;

        /// Returns the relation between the second and the first.
        Relation turned() {
            return switch (this) {
                case NARROWER -> WIDER;
                case WIDER -> NARROWER;
                case DISJOINT, SAME, CROSSED -> this;
            };
        }
    }

    /// Returns the automaton of a pattern.
    ///
    /// @throws InvalidValueException if it would need too many states
    static Automaton of(PatternNode pattern) throws InvalidValueException {
        Steps steps = new Steps();
        int end = steps.add();
        int start = steps.before(pattern, end);
        return new Builder(steps, end).build(start);
    }

    /// Returns the automaton that accepts one text only.
    static Automaton of(String text) {
        try {
            return of(PatternNode.literal(text));
        } catch (InvalidValueException e) {
            throw new IllegalArgumentException("A segment of a path is not so long: " + text, e);
        }
    }

    /// Returns true if the whole text matches.
    boolean accepts(String text) {
        int state = 0;
        int next;
        for (int i = 0; i < text.length() && state != NOWHERE; i += Character.charCount(next)) {
            next = text.codePointAt(i);
            state = after(state, next);
        }
        return state != NOWHERE && ends.get(state);
    }

    /// Returns a text that is accepted, and none is shorter.
    String example() {
        Map<Integer, String> texts = new HashMap<>(Map.of(0, ""));
        Deque<Integer> open = new ArrayDeque<>(List.of(0));
        while (true) {
            int state = open.remove();
            String text = texts.getOrDefault(state, "");
            if (ends.get(state)) return text;
            for (int character : letters(begins.get(state))) {
                int next = after(state, character);
                if (next == NOWHERE || texts.containsKey(next)) continue;
                texts.put(next, text + Character.toString(character));
                open.add(next);
            }
        }
    }

    /// Returns a plain letter and a digit, then the first characters of all ranges.
    private static int[] letters(int[] ranges) {
        return merged(new int[]{'a', '1'}, ranges);
    }

    private int after(int state, int character) {
        int at = Arrays.binarySearch(begins.get(state), character);
        int range = at >= 0 ? at : -at - 2;
        return range < 0 ? NOWHERE : leads.get(state)[range];
    }

    /// Compares the texts that this one and another one accept. From every state an end can be reached. So
    /// where one of them has a next state and the other has none, it accepts a text that the other does not.
    Relation to(Automaton other) {
        boolean both = false;
        boolean here = false;
        boolean there = false;
        Deque<Long> open = new ArrayDeque<>(List.of(pair(0, 0)));
        Set<Long> seen = new HashSet<>(open);
        while (!open.isEmpty() && !(both && here && there)) {
            long next = open.remove();
            int own = (int) (next >> 32);
            int its = (int) next;
            both |= ends.get(own) && other.ends.get(its);
            here |= ends.get(own) && !other.ends.get(its);
            there |= !ends.get(own) && other.ends.get(its);
            int[] all = merged(begins.get(own), other.begins.get(its));
            for (int character : all) {
                int ownNext = after(own, character);
                int itsNext = other.after(its, character);
                here |= ownNext != NOWHERE && itsNext == NOWHERE;
                there |= ownNext == NOWHERE && itsNext != NOWHERE;
                if (ownNext == NOWHERE || itsNext == NOWHERE) continue;
                if (seen.add(pair(ownNext, itsNext))) open.add(pair(ownNext, itsNext));
            }
        }
        if (!both) return Relation.DISJOINT;
        return here ? there ? Relation.CROSSED : Relation.WIDER : there ? Relation.NARROWER : Relation.SAME;
    }

    private static long pair(int own, int its) {
        return (long) own << 32 | its;
    }

    private static int[] merged(int[] some, int[] more) {
        int[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    /// The steps of a pattern, of which several may be possible at a time.
    private static final class Steps {
        private static final int LONGEST = 2_000;

        final List<List<Range>> ranges = new ArrayList<>();
        /// The steps that follow without a character; with one, the only one.
        final List<List<Integer>> next = new ArrayList<>();

        int add(Integer... followers) throws InvalidValueException {
            return add(List.of(), followers);
        }

        private int add(List<Range> characters, Integer... followers) throws InvalidValueException {
            if (next.size() == LONGEST) throw tooLarge();
            ranges.add(characters);
            next.add(new ArrayList<>(List.of(followers)));
            return next.size() - 1;
        }

        /// Returns the first step of a pattern that is followed by the step `after`.
        int before(PatternNode pattern, int after) throws InvalidValueException {
            return switch (pattern) {
                case PatternNode.Chars(List<Range> characters) -> add(characters, after);
                case PatternNode.Sequence(List<PatternNode> nodes) -> {
                    int first = after;
                    for (PatternNode node : nodes.reversed()) first = before(node, first);
                    yield first;
                }
                case PatternNode.Choice(List<PatternNode> nodes) -> {
                    int first = add();
                    for (PatternNode node : nodes) next.get(first).add(before(node, after));
                    yield first;
                }
                case PatternNode.Repeat repeat -> before(repeat, after);
            };
        }

        private int before(PatternNode.Repeat repeat, int after) throws InvalidValueException {
            int first = after;
            if (repeat.most() < 0) {
                first = add(after);
                next.get(first).add(before(repeat.node(), first));
            }
            for (int i = repeat.least(); i < repeat.most(); i++) {
                first = add(after, before(repeat.node(), first));
            }
            for (int i = 0; i < repeat.least(); i++) first = before(repeat.node(), first);
            return first;
        }

        private static InvalidValueException tooLarge() {
            return new InvalidValueException("has a pattern that needs more than " + MOST
                    + " states; repeat less, or write it simpler");
        }
    }

    /// Makes states of the sets of steps that are possible at a time.
    private static final class Builder {
        private final Steps steps;
        private final int end;
        private final Map<BitSet, Integer> numbers = new HashMap<>();
        private final Deque<BitSet> open = new ArrayDeque<>();

        Builder(Steps steps, int end) {
            this.steps = steps;
            this.end = end;
        }

        Automaton build(int start) throws InvalidValueException {
            List<int[]> begins = new ArrayList<>();
            List<int[]> leads = new ArrayList<>();
            BitSet ends = new BitSet();
            BitSet first = new BitSet();
            first.set(start);
            number(closed(first));
            while (!open.isEmpty()) {
                BitSet state = open.remove();
                if (state.get(end)) ends.set(begins.size());
                int[] bounds = bounds(state);
                int[] targets = new int[bounds.length];
                for (int i = 0; i < bounds.length; i++) targets[i] = number(after(state, bounds[i]));
                begins.add(bounds);
                leads.add(targets);
            }
            return new Automaton(begins, leads, ends);
        }

        /// Returns the characters at which something changes in a state.
        private int[] bounds(BitSet state) {
            return state.stream().boxed().flatMap(step -> steps.ranges.get(step).stream())
                    .flatMapToInt(range -> Arrays.stream(new int[]{range.first(), range.last() + 1}))
                    .sorted().distinct().toArray();
        }

        private BitSet after(BitSet state, int character) {
            BitSet next = new BitSet();
            state.stream()
                    .filter(step -> steps.ranges.get(step).stream()
                            .anyMatch(range -> range.first() <= character && character <= range.last()))
                    .forEach(step -> next.set(steps.next.get(step).getFirst()));
            return closed(next);
        }

        /// Adds the steps that follow without a character.
        private BitSet closed(BitSet state) {
            Deque<Integer> todo = new ArrayDeque<>(state.stream().boxed().toList());
            while (!todo.isEmpty()) {
                int step = todo.remove();
                if (!steps.ranges.get(step).isEmpty()) continue;
                for (int next : steps.next.get(step)) {
                    if (state.get(next)) continue;
                    state.set(next);
                    todo.add(next);
                }
            }
            return state;
        }

        private int number(BitSet state) throws InvalidValueException {
            if (state.isEmpty()) return NOWHERE;
            Integer known = numbers.get(state);
            if (known != null) return known;
            if (numbers.size() == MOST) throw Steps.tooLarge();
            numbers.put(state, numbers.size());
            open.add(state);
            return numbers.size() - 1;
        }
    }
}
