package dev.structured.core.interop;

import dev.structured.core.Body;
import dev.structured.core.CancelScope;
import dev.structured.core.Instrument;
import dev.structured.core.Timeouts;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Stops a stretch of foreign code by a call of the user's, such as `statement.cancel()`.
///
/// A call that comes just before the foreign code begins may stop nothing. So it is repeated while the code
/// runs, after pauses that grow from 10 ms to 1 s. Used by the host only, except for [#wasCalled].
final class Canceller {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Body<?> code;
    private volatile boolean called;
    private @Nullable Throwable failure;

    Canceller(Body<?> code) {
        this.code = code;
    }

    /// Returns true if the code was called, so that it may have made the work fail.
    boolean wasCalled() {
        return called;
    }

    /// Returns the first exception of the code, with later ones suppressed in it; null if there was none.
    @Nullable
    Throwable failure() {
        return failure;
    }

    /// Calls the code again and again until the work has ended. The calling task is being cancelled; this
    /// runs under a shield.
    ///
    /// @param ended whether the work has ended
    /// @param wait waits for the end of the work; cut short by the pause
    void callUntil(BooleanSupplier ended, Body<RuntimeException> wait) {
        new CancelScope("stopping foreign code").withShield().run(() -> {
            Duration pause = FIRST_PAUSE;
            while (!ended.getAsBoolean()) {
                call();
                Timeouts.moveOnAfter(pause, wait);
                pause = pause.multipliedBy(2);
                if (pause.compareTo(LONGEST_PAUSE) > 0) pause = LONGEST_PAUSE;
            }
        });
    }

    @SuppressWarnings("SwallowedCancelled") // kept beside what the work ends with
    private void call() {
        called = true;
        try {
            code.run();
        } catch (Throwable thrown) {
            if (failure == null) failure = thrown;
            else
                Instrument.suppressOrReport(failure, thrown);
        }
    }
}
