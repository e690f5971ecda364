package dev.structured.service.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The recorders of all requests: of those in flight, and of those that are kept after their end.
///
/// Whether a request is kept is decided at its end, when it is known whether it was slow or failed.
/// **Thread-safe.**
public final class Recordings {
    private static final long MOST_BYTES = 16 << 20;

    private final boolean showsValues;
    private final RequestsInFlight inFlight = new RequestsInFlight();
    private final KeptRequests kept;
    private final ShownRequests shown = new ShownRequests();
    private final Tallies tallies = new Tallies();

    /// @param showsValues whether paths and queries are kept as clients send them
    public Recordings(boolean showsValues) {
        this(showsValues, MOST_BYTES);
    }

    /// @param mostBytes the most memory for requests that have ended, in bytes
    Recordings(boolean showsValues, long mostBytes) {
        this.showsValues = showsValues;
        this.kept = new KeptRequests(mostBytes);
    }

    /// Returns true if paths and queries may be shown as clients sent them.
    public boolean showsValues() {
        return showsValues;
    }

    /// Begins to record a request.
    ///
    /// @param target path and query as the client sent them; dropped if they must not be shown
    /// @param begunNanos the first byte of the request, in [System#nanoTime()]
    /// @param trace the trace that it belongs to; null if no traces are made
    public Recorder begin(String id, String method, String target, long begunNanos, @Nullable Trace trace) {
        Recorder begun = new Recorder(id, method, showsValues ? target : null, begunNanos, trace);
        inFlight.add(begun);
        return begun;
    }

    /// Begins to record a request that belongs to no trace.
    public Recorder begin(String id, String method, String target, long begunNanos) {
        return begin(id, method, target, begunNanos, null);
    }

    /// Ends the recording of a request.
    ///
    /// @param outcome one word, that of the log line
    /// @param status the status of the answer
    public void end(Recorder request, String outcome, int status) {
        request.ended(outcome, status);
        Recorder.End end = request.end();
        inFlight.remove(request);
        if (end == null) return;
        kept.keep(request, end);
        tallies.add(request, end);
    }

    /// Returns the numbers of the last two minutes.
    public Tallies tallies() {
        return tallies;
    }

    /// Returns the requests in flight, the oldest first.
    public List<Recorder> inFlight() {
        List<Recorder> all = inFlight.all();
        all.sort(Comparator.comparingLong(Recorder::begunNanos));
        return all;
    }

    /// Visits each request in flight; each is visited once. The visitor must not block.
    ///
    /// @return how many were active: those that had begun and not ended, by counters that requests enter and
    ///     leave, each read while its requests are visited
    public int forEachInFlight(Consumer<Recorder> visitor) {
        return inFlight.forEach(visitor);
    }

    /// Returns the requests that are kept, the latest first.
    public List<Recorder> kept() {
        List<Recorder> all = kept.all();
        all.sort(Comparator.comparingLong(Recorder::endedNanos).reversed());
        return all;
    }

    /// Returns the requests with this id, those in flight first, then those that are kept or were in a list a
    /// short while ago. Clients may send an id more than once.
    public List<Recorder> find(String id) {
        List<Recorder> found = new ArrayList<>();
        forEachInFlight(each -> {
            if (each.id().equals(id)) found.add(each);
        });
        kept().stream().filter(each -> each.id().equals(id)).forEach(found::add);
        shown.find(id, found);
        return found;
    }

    /// The request is shown in a list, and a viewer may want to open it.
    public void shown(Recorder request) {
        shown.add(request);
    }

    /// Returns an estimate of the memory of the requests that have ended, in bytes.
    public long keptBytes() {
        return kept.bytes();
    }
}
