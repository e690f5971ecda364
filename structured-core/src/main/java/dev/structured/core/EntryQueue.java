package dev.structured.core;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The posts of threads from outside to one run, first come first served. A task of the [Run] takes them out
/// and runs them. **Thread-safe.**
///
/// A key is in `keys` from its post until just before its code runs, so a post from that code counts anew.
final class EntryQueue {
    private static final class Post extends WaitQueue.Entry {
        final @Nullable Object key;
        final Runnable code;

        Post(@Nullable Object key, Runnable code) {
            this.key = key;
            this.code = code;
        }
    }

    /// One open [RunEntry]. Guarded by the queue's lock.
    static final class Handle {
        private boolean closed;
    }

    private final String runName;
    private final Runnable changed;
    private final Consumer<Throwable> failed;
    private final Object lock = new Object();

    /// All guarded by the lock.
    private final WaitQueue<Post> posts = new WaitQueue<>();
    private final Set<Object> keys = new HashSet<>();
    private int handles;
    private boolean closed;

    /// @param runName for messages
    /// @param changed called after a post, and after the end: wakes the task that serves the queue
    /// @param failed gets the exceptions of posts
    EntryQueue(String runName, Runnable changed, Consumer<Throwable> failed) {
        this.runName = runName;
        this.changed = changed;
        this.failed = failed;
    }

    /// Accepts a post.
    ///
    /// @param by the entry, checked while holding the lock: a reader that finds neither an open entry nor a
    ///     post knows that none will come
    /// @param key only one post with an equal key is in the queue at a time; null for a post without a key
    /// @return false if an equal one is in the queue
    /// @throws RunFinishedException if the run accepts no more
    /// @throws IllegalStateException if the entry is closed
    boolean post(Handle by, @Nullable Object key, Runnable code) {
        Post post = new Post(key, code); // before the key is in: it could not get out again
        synchronized (lock) {
            if (by.closed) throw new IllegalStateException("This entry to the run is closed");
            if (closed) throw new RunFinishedException(runName);
            if (key != null && !keys.add(key)) return false;
            posts.add(post);
        }
        changed.run();
        return true;
    }

    /// Runs the posts that are in the queue now.
    void runBatch() {
        for (int i = size(); i > 0; i--) {
            try {
                take().run();
            } catch (Throwable thrown) {
                failed.accept(thrown);
            }
        }
    }

    /// Takes the first post out. Comparing its key may throw; the post is run even then.
    private Runnable take() {
        synchronized (lock) {
            Post post = Objects.requireNonNull(posts.poll());
            try {
                if (post.key != null) keys.remove(post.key);
            } catch (Throwable thrown) {
                failed.accept(thrown);
            }
            return post.code;
        }
    }

    /// Accepts no more posts.
    void close() {
        synchronized (lock) {
            closed = true;
        }
        changed.run();
    }

    Handle open() {
        synchronized (lock) {
            Handle handle = new Handle();
            handles++;
            return handle;
        }
    }

    /// Closes an entry; does nothing if it is closed already.
    void close(Handle handle) {
        synchronized (lock) {
            if (!handle.closed) handles--;
            handle.closed = true;
        }
    }

    /// Returns true if a thread may still post something, or has posted something that has not begun.
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

    /// Returns true if the queue is empty and a post may still come.
    boolean isIdle() {
        synchronized (lock) {
            return posts.isEmpty() && !closed;
        }
    }

    boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }
}
