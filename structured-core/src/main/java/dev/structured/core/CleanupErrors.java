package dev.structured.core;

import java.util.ArrayList;
import java.util.List;

/// What cleanups of one task have thrown while it is cancelled.
///
/// An exception that leaves a `finally` by way of a checkpoint is replaced by the [Cancelled] that the checkpoint
/// throws, and Java keeps no link to it. So each is hung on every later `Cancelled`. One after which none was thrown
/// has been dealt with.
final class CleanupErrors {
    private static final int MOST = 16;

    private final List<Throwable> thrown = new ArrayList<>();

    void add(Throwable error) {
        if (thrown.size() < MOST && !(error instanceof Cancelled) && !thrown.contains(error))
            thrown.add(error);
    }

    void hangOn(Cancelled cancelled) {
        for (Throwable error : thrown) Suppressed.add(cancelled, error);
    }
}
