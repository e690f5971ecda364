package dev.structured.testing;

import java.util.ArrayList;
import java.util.List;

/// The events of one run of a simulation, one line for each decision point.
final class Trace {
    private static final int MOST_LINES = 400;

    private final List<String> lines = new ArrayList<>();

    /// @param next the thread that goes on
    void point(long step, Actor actor, String place, Actor next) {
        String line = "%6d  %-24s %s".formatted(step, actor.name, place);
        lines.add(next == actor ? line : line + "  → " + next.name);
    }

    void note(long step, Actor actor, String text) {
        lines.add("%6d  %-24s \"%s\"".formatted(step, actor.name, text));
    }

    /// Returns the whole trace, or its beginning and end if it is long.
    String shortened() {
        if (lines.size() <= MOST_LINES) return toString();
        int half = MOST_LINES / 2;
        return String.join("\n", lines.subList(0, half)) + "\n   ... " + (lines.size() - MOST_LINES)
                + " more\n"
                + String.join("\n", lines.subList(lines.size() - half, lines.size()));
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
