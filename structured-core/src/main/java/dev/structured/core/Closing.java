package dev.structured.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A resource of a nursery's block, to be closed when the block and all tasks have ended.
///
/// @param name for messages
/// @param resource what is closed
/// @param limit how long the close may take
record Closing(String name, AutoCloseable resource, Duration limit) {

    /// Those of one nursery, the last first. Guarded by the nursery's lock.
    static final class Stack {
        private final Deque<Closing> rest = new ArrayDeque<>(2);

        void push(Closing closing) {
            rest.push(closing);
        }

        @Nullable
        Closing poll() {
            return rest.poll();
        }
    }

    /// Closes the resource where no cancellation from outside reaches it, for no longer than the limit. On
    /// the thread of the nursery's owner.
    ///
    /// @return what went wrong; null if nothing did
    @Nullable
    Throwable close(Task<?> owner) {
        CancelScope shield = new CancelScope("close of '" + name + "'").withTimeout(limit).withShield();
        try {
            shield.run(resource::close);
        } catch (Throwable thrown) {
            return Classification.of(owner, thrown);
        }
        return shield.absorbedCancellation() ? shield.tooSlow() : null;
    }

    /// Closes a resource that no nursery takes.
    ///
    /// @return what is to be thrown, with what the close throws suppressed
    <X extends Throwable> X refused(X why) {
        try {
            resource.close();
        } catch (Throwable thrown) {
            why.addSuppressed(thrown);
        }
        return why;
    }
}
