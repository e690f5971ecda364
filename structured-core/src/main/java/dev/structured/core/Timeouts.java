package dev.structured.core;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
public final class Timeouts {
    private Timeouts() {}
    public static <T extends @Nullable Object, X extends Exception> ScopeResult<T> moveOnAfter(Duration timeout, ValueBody<T, X> body) throws X { throw new UnsupportedOperationException(); }
    public static <X extends Exception> ScopeResult<@Nullable Void> moveOnAfter(Duration timeout, Body<X> body) throws X { throw new UnsupportedOperationException(); }
    public static <T extends @Nullable Object, X extends Exception> T failAfter(Duration timeout, ValueBody<T, X> body) throws X { throw new UnsupportedOperationException(); }
    public static <X extends Exception> void failAfter(Duration timeout, Body<X> body) throws X { throw new UnsupportedOperationException(); }
}
