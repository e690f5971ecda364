package dev.structured.core.combine;

import dev.structured.core.CancelScope;
import dev.structured.core.Instrument;
import dev.structured.core.Nursery;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Passes values that no caller will get to a [Discard].
///
/// @param <T> the values
final class Unclaimed<T extends @Nullable Object> {
    private final Discard<T> discard;

    Unclaimed(Discard<? super T> discard) {
        this.discard = discard::discard;
    }

    /// Discards a value in a task of the nursery, which is ending. Reports an exception of the discard as
    /// dropped, and throws only its [Error].
    void dropLate(Nursery nursery, T value) {
        drop(nursery, Collections.singletonList(value));
    }

    /// Discards values in a task or the block of the nursery, which is ending. Cancels its scope before,
    /// unless that is cancelled already.
    void drop(Nursery nursery, List<T> values) {
        if (values.isEmpty()) return;
        nursery.scope().cancel("the result is there");
        Throwable failed = dropAll(values);
        if (failed instanceof Error error) throw error;
        if (failed != null) Instrument.reportDropped(failed);
    }

    /// Discards values while another exception is on its way out.
    void dropBeside(Throwable thrown, List<T> values) {
        Throwable failed = dropAll(values);
        if (failed != null) Instrument.suppressOrReport(thrown, failed);
    }

    /// Discards all values, whatever is thrown on the way.
    ///
    /// @return the first error, or else the first exception, with the others suppressed in it; null if
    ///     nothing was thrown
    @SuppressWarnings("NullAway") // a value is null only where T allows it
    private @Nullable Throwable dropAll(List<T> values) {
        Throwable first = null;
        for (T value : values) first = joined(first, dropOne(value));
        return first;
    }

    private static @Nullable Throwable joined(@Nullable Throwable before, @Nullable Throwable thrown) {
        if (before == null || thrown == null) return before == null ? thrown : before;
        boolean isFirstError = thrown instanceof Error && !(before instanceof Error);
        Throwable kept = isFirstError ? thrown : before;
        Instrument.suppressOrReport(kept, isFirstError ? before : thrown);
        return kept;
    }

    @SuppressWarnings("SwallowedCancelled") // returned, to be thrown
    private @Nullable Throwable dropOne(T value) {
        try {
            new CancelScope("discard").withShield().run(() -> discard.discard(value));
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }
}
