package dev.structured.service.guard;

import dev.structured.core.sync.CapacityLimiter;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passage that has a place among the uploads until its body has been read. Used for one call, whose tasks
/// use it one after the other.
final class UploadPassage implements Passage {
    private final Passage inner;
    private final CapacityLimiter places;
    private boolean holds;

    UploadPassage(Passage inner, CapacityLimiter places) {
        this.inner = inner;
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

    @Override
    public String method() {
        return inner.method();
    }

    @Override
    public List<HeaderField> fields() {
        return inner.fields();
    }

    @Override
    public long length() {
        return inner.length();
    }

    @Override
    public void begin(int status, List<HeaderField> fields) {
        inner.begin(status, fields);
    }

    @Override
    public void write(ByteBuffer bytes) throws InterruptedException {
        inner.write(bytes);
    }

    @Override
    public boolean hasPassed() {
        return inner.hasPassed();
    }

    @Override
    public long begunAt() {
        return inner.begunAt();
    }

    @Override
    public long readAt() {
        return inner.readAt();
    }

    @Override
    public boolean isReading() {
        return inner.isReading();
    }
}
