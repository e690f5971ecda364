package dev.structured.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What cleanups of one task have thrown while it is cancelled.
///
/// An exception that leaves a `finally` by way of a checkpoint is replaced by the [Cancelled] that the checkpoint
/// throws, and Java keeps no link to it. So each is hung on every later `Cancelled`, and when a scope absorbs that and
/// the exception comes out nowhere, it is reported. One after which no `Cancelled` was thrown has been dealt with.
final class CleanupErrors {
    private static final int MOST = 16;

    private final List<Throwable> thrown = new ArrayList<>();
    private final List<Throwable> replaced = new ArrayList<>();

    void add(Throwable error) {
        if (thrown.size() < MOST && !(error instanceof Cancelled) && !thrown.contains(error))
            thrown.add(error);
    }

    void hangOn(Cancelled cancelled) {
        for (Throwable error : thrown) {
            Suppressed.add(cancelled, error);
            if (!replaced.contains(error)) replaced.add(error);
        }
    }

    /// Returns those that a `Cancelled` has replaced and that cannot be found from `rest`.
    List<Throwable> notIn(@Nullable Throwable rest) {
        if (rest == null) return replaced;
        return replaced.stream().filter(error -> !Suppressed.leadsTo(rest, error)).toList();
    }
}
