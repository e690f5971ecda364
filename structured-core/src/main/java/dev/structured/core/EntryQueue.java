package dev.structured.core;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The posts of threads from outside to one run, and the task that runs them, first come first served.
///
/// A post that was accepted is run, also while the run ends: nothing cancels its task, which ends when the
/// queue is closed and empty. A key is in `keys` from its post until just before its code runs, so a post
/// from that code counts anew.
final class EntryQueue implements Body<RuntimeException> {
    private record Post(@Nullable Object key, Runnable code) {}

    /// One way in. Guarded by the queue's lock.
    static final class Handle {
        private boolean closed;
    }

    private final String runName;
    private final Consumer<Throwable> failed;
    private final ParkingLot idle = new ParkingLot("posts from outside");
    private final Object lock = new Object();

    /// All guarded by the lock.
    private final ArrayDeque<Post> posts = new ArrayDeque<>();
    private final Set<Object> keys = new HashSet<>();
    private int handles;
    private boolean closed;

    /// @param runName for messages
    /// @param failed gets the exceptions of posts
    EntryQueue(String runName, Consumer<Throwable> failed) {
        this.runName = runName;
        this.failed = failed;
    }

    /// Accepts a post.
    ///
    /// @param by looked at under the lock: a reader that finds neither an open entry nor a post knows that
    ///     none will come
    /// @param key of posts with equal keys only one is in the queue; null for none
    /// @return false if an equal one is in the queue
    /// @throws RunFinishedException if the run accepts no more
    /// @throws IllegalStateException if the entry is closed
    boolean post(Handle by, @Nullable Object key, Runnable code) {
        synchronized (lock) {
            if (by.closed) throw new IllegalStateException("This entry to the run is closed");
            if (closed) throw new RunFinishedException(runName);
            if (key != null && !keys.add(key)) return false;
            posts.add(new Post(key, code));
        }
        idle.unparkAll();
        return true;
    }

    /// The task: waits for posts, runs them in batches, and lets others run between two batches. It ends when
    /// the queue is closed and empty.
    @Override
    public void run() {
        // A post may cancel the task that it runs on; the others are run all the same.
        new CancelScope("entry").withShield().hearingStops().run(this::serve);
    }

    private void serve() {
        while (!isClosed()) {
            idle.parkIf(this::isIdle);
            runBatch();
            Task.current("EntryQueue.run").yieldNow();
        }
        // Closed: nothing comes after these.
        while (!isEmpty())
            runBatch();
    }

    private void runBatch() {
        for (int i = size(); i > 0; i--) {
            try {
                take().run();
            } catch (Throwable thrown) {
                failed.accept(thrown);
            }
        }
    }

    /// Takes the first post out. Its key may throw, when it is compared: then the post is run all the same.
    private Runnable take() {
        synchronized (lock) {
            Post post = posts.remove();
            try {
                if (post.key() != null) keys.remove(post.key());
            } catch (Throwable thrown) {
                failed.accept(thrown);
            }
            return post.code();
        }
    }

    /// Accepts no more, and lets the task come to its end.
    void close() {
        synchronized (lock) {
            closed = true;
        }
        idle.unparkAll();
    }

    Handle open() {
        synchronized (lock) {
            handles++;
            return new Handle();
        }
    }

    /// Closes a way in; does nothing if it is closed.
    void close(Handle handle) {
        synchronized (lock) {
            if (!handle.closed) handles--;
            handle.closed = true;
        }
    }

    /// Returns true if something may still be posted, or has been and has not begun.
    boolean isOpen() {
        synchronized (lock) {
            return handles > 0 || !posts.isEmpty();
        }
    }

    int size() {
        synchronized (lock) {
            return posts.size();
        }
    }

    private boolean isEmpty() {
        return size() == 0;
    }

    private boolean isIdle() {
        synchronized (lock) {
            return posts.isEmpty() && !closed;
        }
    }

    private boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }
}
