package dev.structured.testing;

import java.util.Arrays;

/// The choices of one schedule that were not the first option, as pairs of step and index. The rest of a
/// schedule follows from them, so a simple schedule is a short text: `17:1,40:2`.
final class Choices {
    private long[] steps = new long[16];
    private int[] indexes = new int[16];
    private int size;

    int size() {
        return size;
    }

    void add(long step, int index) {
        if (size == steps.length) {
            steps = Arrays.copyOf(steps, 2 * size);
            indexes = Arrays.copyOf(indexes, 2 * size);
        }
        steps[size] = step;
        indexes[size++] = index;
    }

    /// Returns these choices without those with indices from `from` (inclusive) to `to` (exclusive).
    Choices without(int from, int to) {
        Choices rest = new Choices();
        for (int i = 0; i < size; i++) {
            if (i < from || i >= to) rest.add(steps[i], indexes[i]);
        }
        return rest;
    }

    /// Returns a schedule that makes these choices.
    Schedule replayed() {
        return new Schedule() {
            private int next;

            @Override
            public int choose(long step, Actor[] options, int count, boolean goesOn) {
                while (next < size && steps[next] < step)
                    next++;
                if (next == size || steps[next] > step) return 0;
                int index = indexes[next++];
                return index < count ? index : 0;
            }
        };
    }

    /// @throws IllegalArgumentException if the text is not that of choices
    static Choices parse(String text) {
        Choices choices = new Choices();
        if (text.isEmpty()) return choices;
        for (String pair : text.split(",", -1)) {
            int colon = pair.indexOf(':');
            if (colon < 0) throw new IllegalArgumentException("Not a 'step:index': " + pair);
            long step = Long.parseLong(pair, 0, colon, 10);
            int index = Integer.parseInt(pair, colon + 1, pair.length(), 10);
            long before = choices.size == 0 ? 0 : choices.steps[choices.size - 1];
            if (step <= before || index < 1)
                throw new IllegalArgumentException("Not a later step and an index from 1: " + pair);
            choices.add(step, index);
        }
        return choices;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < size; i++) {
            if (i > 0) text.append(',');
            text.append(steps[i]).append(':').append(indexes[i]);
        }
        return text.toString();
    }
}
