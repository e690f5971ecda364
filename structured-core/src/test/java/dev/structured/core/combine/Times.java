package dev.structured.core.combine;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import java.time.Duration;

/// How long the bodies of tests take.
@SuppressWarnings("TypeParameterUnusedInFormals") // what never returns fits everywhere
final class Times {
    private Times() {}

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    static void sleep(long millis) {
        Checkpoints.sleep(millis(millis));
    }

    static <T> T after(long millis, T value) {
        sleep(millis);
        return value;
    }

    static <T, X extends Exception> T failAfter(long millis, X error) throws X {
        sleep(millis);
        throw error;
    }

    static <T> T never() {
        Checkpoints.sleepForever();
        throw new AssertionError("slept for ever");
    }

    /// A body that no cancellation can stop.
    static <T> T stubborn(long millis, T value) {
        new CancelScope("cannot be stopped").withShield().run(() -> sleep(millis));
        return value;
    }
}
