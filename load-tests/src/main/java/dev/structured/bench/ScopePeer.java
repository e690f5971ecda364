package dev.structured.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/// A library that runs children in a scope. All peers do the same work.
///
/// Scopes are opened on a virtual thread, see [#inRun]: on a platform thread, waking the owner would
/// cost more than a scope.
public interface ScopePeer {
    /// The names of the peers, ours first.
    List<String> NAMES = List.of("Nurseries", "RawThreads", "Executors", "TaskScopes", "Jox");

    /// A deadline that does not pass while a benchmark runs.
    Duration AMPLE = Duration.ofSeconds(10);

    /// Returns the peer of that name. It is loaded by name because two peers use a preview feature: only a
    /// JVM that allows it can load their classes.
    static ScopePeer named(String name) {
        try {
            return Class.forName(ScopePeer.class.getPackageName() + "." + name).asSubclass(ScopePeer.class)
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

    /// Like [#scope], with a deadline of [#AMPLE] if the peer has deadlines.
    int scopeWithDeadline(int children) throws Exception;

    /// Opens a scope with that many children, waits for the latch, cancels the scope, and returns when all
    /// children have ended.
    void holdUntil(CountDownLatch end, int children, Callable<Boolean> child) throws Exception;

    /// Sleeps until cancelled, by the peer's own method.
    default void sleep() throws InterruptedException {
        Thread.sleep(Duration.ofHours(1));
    }

    /// Runs one child with a time limit, and returns when it has ended.
    ///
    /// @return true if the limit ended it
    boolean limited(Duration limit, Callable<Boolean> child) throws Exception;
}
