package dev.structured.service.guard;

import dev.structured.core.sync.CapacityLimiter;
import dev.structured.service.aggregate.Passage;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A passage that has a place among the uploads until its body has been read. Used for one call, whose tasks
/// use it one after the other.
final class UploadPassage extends WrappedPassage {
    private final CapacityLimiter places;
    private boolean holds;

    UploadPassage(Passage inner, CapacityLimiter places) {
        super(inner);
        this.places = places;
    }

    /// Takes a place if one is free.
    boolean tryEnter() {
        holds = places.tryAcquireOnBehalfOf(this);
        return holds;
    }

    /// Takes a place, unless it has one. Waits until one is free. **Checkpoint.**
    void enter() {
        if (holds) return;
        places.acquireOnBehalfOf(this);
        holds = true;
    }

    /// Gives the place back, if it has one.
    void leave() {
        if (!holds) return;
        holds = false;
        places.releaseOnBehalfOf(this);
    }

    @Override
    public @Nullable ByteBuffer read() throws InterruptedException {
        ByteBuffer piece = inner.read();
        if (piece == null) leave();
        return piece;
    }

    @Override
    public boolean hasArrived() {
        return false;
    }
}
