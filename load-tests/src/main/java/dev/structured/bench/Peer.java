package dev.structured.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/// One way of running children in a scope. All of them do the same work, so that what differs is the way.
///
/// Scopes are opened on a virtual thread, see [#inRun]: on a platform thread the waking of the one that waits would
/// cost more than a scope.
public interface Peer {
    /// Names of the peers; the first is ours, the others are what it is compared with.
    List<String> NAMES = List.of("Nurseries", "RawThreads", "Executors", "TaskScopes", "Jox");

    /// Long enough never to pass while a benchmark runs.
    Duration AMPLE = Duration.ofSeconds(10);

    /// Returns the peer of that name. By name, because two of them use a preview feature: only a JVM that allows it
    /// can load their classes.
    static Peer named(String name) {
        try {
            return Class.forName(Peer.class.getPackageName() + "." + name).asSubclass(Peer.class)
                    .getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("There is no peer '" + name + "'; there are " + NAMES, e);
        }
    }

    /// Runs the body on a new virtual thread that may open scopes, and returns its value.
    default <T> T inRun(Callable<T> body) throws Exception {
        FutureTask<T> run = new FutureTask<>(body);
        Thread.ofVirtual().start(run);
        return run.get();
    }

    /// Opens a scope, starts children that return their number at once, waits for all, and returns the sum.
    int scope(int children) throws Exception;

    /// The same with a deadline of [#AMPLE]; without one if the peer knows none.
    int scopeWithDeadline(int children) throws Exception;

    /// Opens a scope with so many of the same child, waits for the latch, cancels the scope, and returns when all
    /// children have ended.
    void holdUntil(CountDownLatch end, int children, Callable<Boolean> child) throws Exception;

    /// Sleeps, in the peer's own way, until cancelled.
    default void sleep() throws InterruptedException {
        Thread.sleep(Duration.ofHours(1));
    }

    /// Runs one child with a time limit, and returns when it has ended.
    ///
    /// @return true if the limit cut it short
    boolean limited(Duration limit, Callable<Boolean> child) throws Exception;
}
