package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A resource of a nursery's block, to be closed when the block and all tasks have ended.
///
/// @param name for messages
/// @param resource the resource, or any code to be run at that time
/// @param limit the time that the close may take
record Closing(String name, AutoCloseable resource, Duration limit) {

    /// The resources of one nursery, the latest first. Guarded by the nursery's lock.
    static final class Stack {
        private record Layer(Closing closing, @Nullable Layer below) {}

        private @Nullable Layer top;

        void push(Closing closing) {
            top = new Layer(closing, top);
        }

        @Nullable
        Closing poll() {
            Layer taken = top;
            if (taken == null) return null;
            top = taken.below();
            return taken.closing();
        }
    }

    /// Closes a resource that the nursery has refused.
    ///
    /// @return the exception to be thrown, with that of the close suppressed in it
    <X extends Throwable> X refused(X why) {
        try {
            resource.close();
        } catch (Throwable thrown) {
            why.addSuppressed(thrown);
        }
        return why;
    }
}
