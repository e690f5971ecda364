package dev.structured.service.record;

import java.util.LinkedHashSet;
import java.util.List;

/// The requests that were shown last: a request in a list can be opened, even when later requests of its kind
/// have pushed it out meanwhile. Nothing is held before the first list is shown. **Thread-safe.**
final class ShownRequests {
    /// Some five megabytes, and the lists of several seconds at a thousand requests a second.
    static final int MOST = 2_000;

    /// The one that was shown longest ago first. Guarded by this.
    private final LinkedHashSet<Recorder> requests = new LinkedHashSet<>();

    synchronized void add(Recorder request) {
        requests.addLast(request);
        if (requests.size() > MOST) requests.removeFirst();
    }

    /// Adds the requests with this id to a list that lacks them.
    synchronized void find(String id, List<Recorder> found) {
        for (Recorder each : requests) {
            if (each.id().equals(id) && !found.contains(each)) found.add(each);
        }
    }
}
