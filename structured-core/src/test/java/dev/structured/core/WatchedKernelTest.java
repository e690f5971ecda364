package dev.structured.core;

import dev.structured.testing.VirtualClock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What the tests of faults and of their costs share: a scheduler that keeps the errors that it drops.
abstract class WatchedKernelTest extends KernelTest {
    final Set<Throwable> dropped = ConcurrentHashMap.newKeySet();
    final Scheduler watched = Scheduler.builder().platform(new VirtualClock())
            .instrument(new Instrument() {
                @Override
                public void errorDropped(Task<?> task, Throwable error) {
                    dropped.add(error);
                }
            }).build();

    static void raise(Exception thrown) throws Exception {
        throw thrown;
    }
}
