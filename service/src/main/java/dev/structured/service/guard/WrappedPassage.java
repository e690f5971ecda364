package dev.structured.service.guard;

import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A passage that is another one, but for the methods that a subclass overrides.
abstract class WrappedPassage implements Passage {
    final Passage inner;

    WrappedPassage(Passage inner) {
        this.inner = inner;
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
    public boolean hasArrived() {
        return inner.hasArrived();
    }

    @Override
    public @Nullable ByteBuffer read() throws InterruptedException {
        return inner.read();
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
    public boolean isHeld() {
        return inner.isHeld();
    }

    @Override
    public void leaveRest() {
        inner.leaveRest();
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
