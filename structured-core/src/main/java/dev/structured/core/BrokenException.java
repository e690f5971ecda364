package dev.structured.core;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Thrown to a task that waits, or is about to wait, for something that can no longer come because the side
/// that was to provide it is gone.
///
/// Where that side has failed, the [cause][#getCause()] is its failure. If the failure and this exception
/// come out of the same nursery, the nursery throws the failure alone: see [NurseryFailedException].
public final class BrokenException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    BrokenException(Object purpose, String why, @Nullable Throwable cause) {
        super("Waiting for " + Words.of(purpose) + " is in vain: " + why, cause);
    }

    /// Returns the failures without those that only repeat another failure of the list: broken waits that it
    /// caused.
    static List<Failed> withoutRepeats(List<Failed> failures) {
        Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Failed each : failures) all.add(each.thrown());
        List<Failed> origins = new ArrayList<>(failures.size());
        for (Failed each : failures) {
            Throwable thrown = each.thrown();
            if (!hasCause(thrown) || !all.contains(origin(thrown))) origins.add(each);
        }
        return origins;
    }

    private static boolean hasCause(@Nullable Throwable thrown) {
        return thrown instanceof BrokenException && thrown.getCause() != null;
    }

    /// Returns the failure that is passed on through one broken channel or several.
    private static @Nullable Throwable origin(Throwable broken) {
        Throwable origin = broken.getCause();
        while (origin != null && hasCause(origin))
            origin = origin.getCause();
        return origin;
    }
}
