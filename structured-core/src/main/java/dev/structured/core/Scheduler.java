package dev.structured.core;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
public final class Scheduler implements AutoCloseable {
    public static Scheduler create() { throw new UnsupportedOperationException(); }
    public static Builder builder() { throw new UnsupportedOperationException(); }
    public static Scheduler shared() { throw new UnsupportedOperationException(); }
    public <X extends Exception> void run(String name, Body<X> body) throws X { throw new UnsupportedOperationException(); }
    public <T extends @Nullable Object, X extends Exception> T call(String name, ValueBody<T, X> body) throws X { throw new UnsupportedOperationException(); }
    public long nanoTime() { throw new UnsupportedOperationException(); }
    public int liveRuns() { throw new UnsupportedOperationException(); }
    public int liveTasks() { throw new UnsupportedOperationException(); }
    public void close(Duration grace) { throw new UnsupportedOperationException(); }
    @Override public void close() { throw new UnsupportedOperationException(); }
    public static final class Builder {
        public Builder instrument(Instrument instrument) { throw new UnsupportedOperationException(); }
        public Scheduler build() { throw new UnsupportedOperationException(); }
    }
}
