package dev.structured.core;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
public final class CancelScope {
    public static CancelScope create(String name) { throw new UnsupportedOperationException(); }
    public CancelScope timeout(Duration timeout) { throw new UnsupportedOperationException(); }
    public CancelScope deadline(long nanos) { throw new UnsupportedOperationException(); }
    public CancelScope shield(boolean shield) { throw new UnsupportedOperationException(); }
    public <X extends Exception> void run(Body<X> body) throws X { throw new UnsupportedOperationException(); }
    public <T extends @Nullable Object, X extends Exception> ScopeResult<T> call(ValueBody<T, X> body) throws X { throw new UnsupportedOperationException(); }
    public void cancel() { throw new UnsupportedOperationException(); }
    public void cancel(String why) { throw new UnsupportedOperationException(); }
    public boolean cancelCalled() { throw new UnsupportedOperationException(); }
    public boolean cancelledCaught() { throw new UnsupportedOperationException(); }
    public @Nullable CancelReason reason() { throw new UnsupportedOperationException(); }
    public String name() { throw new UnsupportedOperationException(); }
}
