package dev.structured.core;
import org.jspecify.annotations.Nullable;
public final class Nursery {
    @FunctionalInterface public interface NurseryBody { void run(Nursery nursery) throws Exception; }
    @FunctionalInterface public interface NurseryValueBody<T extends @Nullable Object> { T call(Nursery nursery) throws Exception; }
    public static void run(NurseryBody body) { throw new UnsupportedOperationException(); }
    public static void run(String name, NurseryBody body) { throw new UnsupportedOperationException(); }
    public static <T extends @Nullable Object> T call(NurseryValueBody<T> body) { throw new UnsupportedOperationException(); }
    public static <T extends @Nullable Object> T call(String name, NurseryValueBody<T> body) { throw new UnsupportedOperationException(); }
    public Task<@Nullable Void> startSoon(String name, Body<?> body) { throw new UnsupportedOperationException(); }
    public <T extends @Nullable Object> Task<T> startSoon(String name, ValueBody<T, ?> body) { throw new UnsupportedOperationException(); }
    public CancelScope scope() { throw new UnsupportedOperationException(); }
}
