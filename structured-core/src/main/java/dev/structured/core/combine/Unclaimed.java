package dev.structured.core.combine;

import dev.structured.core.CancelScope;
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

    /// Discards a value in a task of the nursery, which is ending. Throws only a cancellation, which carries
    /// the discard's exception.
    void dropLate(Nursery nursery, T value) {
        drop(nursery, Collections.singletonList(value));
    }

    /// Discards values in a task or the block of the nursery, which is ending. Cancels its scope, unless that
    /// is cancelled already, so that the cancellation can carry the discard's exceptions.
    void drop(Nursery nursery, List<T> values) {
        if (values.isEmpty()) return;
        nursery.scope().cancel("the result is there");
        Exception failed = dropAll(values);
        if (failed != null) Settling.tellIfCancelled(failed);
    }

    /// Discards values while another exception is on its way out.
    void dropBeside(Throwable thrown, List<T> values) {
        Exception failed = dropAll(values);
        if (failed != null) Remarks.add(thrown, failed);
    }

    /// Returns the first exception, with the others suppressed in it; null if there was none.
    @SuppressWarnings("NullAway") // a value is null only where T allows it
    private @Nullable Exception dropAll(List<T> values) {
        Exception first = null;
        for (T value : values) {
            Exception failed = dropOne(value);
            if (first == null) first = failed;
            else if (failed != null) Remarks.add(first, failed);
        }
        return first;
    }

    private @Nullable Exception dropOne(T value) {
        try {
            new CancelScope("discard").withShield().run(() -> discard.discard(value));
            return null;
        } catch (Exception e) {
            return e;
        }
    }
}
