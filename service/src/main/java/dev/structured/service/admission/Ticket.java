package dev.structured.service.admission;

import java.util.List;

/// The places of a page in flight. Must be closed when the page has ended.
public final class Ticket implements Entry, AutoCloseable {
    private final Admission admission;
    final List<Bottleneck> places;
    private boolean closed;

    Ticket(Admission admission, List<Bottleneck> places) {
        this.admission = admission;
        this.places = places;
    }

    /// Gives the places back, once. **Thread-safe.**
    @Override
    public void close() {
        synchronized (this) {
            if (closed) return;
            closed = true;
        }
        admission.release(this);
    }
}
