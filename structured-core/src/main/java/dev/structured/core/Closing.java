package dev.structured.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A resource of a nursery's block, to be closed when the block and all tasks have ended.
final class Closing {
    private final String name;
    private final AutoCloseable resource;
    private final Duration limit;
    /// Whether the close was called. Of the task that closes it only.
    private boolean begun;

    /// @param name for messages
    /// @param resource the resource, or any code to be run at that time
    /// @param limit the time that the close may take
    Closing(String name, AutoCloseable resource, Duration limit) {
        this.name = name;
        this.resource = resource;
        this.limit = limit;
    }

    String name() {
        return name;
    }

    Duration limit() {
        return limit;
    }

    void close() throws Exception {
        begun = true;
        resource.close();
    }

    boolean hasBegun() {
        return begun;
    }

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
}
