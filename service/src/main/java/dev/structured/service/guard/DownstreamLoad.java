package dev.structured.service.guard;

import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.LatencyLimit;
import dev.structured.service.admission.OwnLag;

/// The load of a downstream by the pages that need it.
///
/// @param limit the limit of those pages, which follows the latencies of the downstream
/// @param bottleneck the places that the pages hold, under that limit
/// @param lag how late the service's own tasks are
record DownstreamLoad(LatencyLimit limit, Bottleneck bottleneck, OwnLag lag) {

    static DownstreamLoad of(String downstream, OwnLag lag) {
        LatencyLimit limit = new LatencyLimit(lag);
        return new DownstreamLoad(limit, new Bottleneck(downstream, limit), lag);
    }

    /// Returns true if the downstream has more work than it can do.
    boolean isShort() {
        return bottleneck.isShort();
    }
}
