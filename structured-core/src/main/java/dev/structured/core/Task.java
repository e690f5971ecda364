package dev.structured.core;
import org.jspecify.annotations.Nullable;
public final class Task<T extends @Nullable Object> {
    public String name() { throw new UnsupportedOperationException(); }
    public String path() { throw new UnsupportedOperationException(); }
    public T await() { throw new UnsupportedOperationException(); }
    public boolean isDone() { throw new UnsupportedOperationException(); }
}
