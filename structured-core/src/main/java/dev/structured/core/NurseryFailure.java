package dev.structured.core;
import java.util.List;
public final class NurseryFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
    public List<Throwable> failures() { throw new UnsupportedOperationException(); }
    public List<Throwable> leaves() { throw new UnsupportedOperationException(); }
    public <X extends Throwable> NurseryFailure rethrow(Class<X> type) throws X { throw new UnsupportedOperationException(); }
}
