package dev.structured.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Describes waiting threads in words.
final class Waiting {
    private Waiting() {}

    static String describe(List<Actor> threads) {
        return "no thread can go on, and no alarm is set." + threads.stream()
                .map(actor -> "\n    '" + actor.name + "' waits for " + Words.of(actor.blocker))
                .collect(Collectors.joining());
    }

    static String names(Actor[] actors, int count) {
        return Arrays.stream(actors, 0, count).map(actor -> "'" + actor.name + "'")
                .collect(Collectors.joining(", "));
    }
}
