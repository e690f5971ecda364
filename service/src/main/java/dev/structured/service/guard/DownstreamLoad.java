package dev.structured.service.guard;

import dev.structured.service.admission.Bottleneck;
import dev.structured.service.admission.LatencyLimit;

/// The load of a downstream by the pages that need it.
///
/// @param limit the limit of those pages, which follows the latencies of the downstream
/// @param bottleneck the places that the pages hold, under that limit
record DownstreamLoad(LatencyLimit limit, Bottleneck bottleneck) {

    static DownstreamLoad of(String downstream) {
        LatencyLimit limit = new LatencyLimit();
        return new DownstreamLoad(limit, new Bottleneck(downstream, limit));
    }

    /// Returns true if the downstream has more work than it can do.
    boolean isShort() {
        return bottleneck.isShort();
    }
}
