package dev.structured.core;
import java.time.Duration;
public final class Checkpoints {
    private Checkpoints() {}
    public static void checkpoint() { throw new UnsupportedOperationException(); }
    public static void checkCancelled() { throw new UnsupportedOperationException(); }
    public static void sleep(Duration duration) { throw new UnsupportedOperationException(); }
    public static void sleepForever() { throw new UnsupportedOperationException(); }
    public static Duration remaining() { throw new UnsupportedOperationException(); }
}
