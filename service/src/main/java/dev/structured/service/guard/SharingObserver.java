package dev.structured.service.guard;

import dev.structured.service.config.Labelled;

/// Sees which calls were spared; `ops` turns it into metrics.
///
/// Called on the calling task; must not block and not throw.
public interface SharingObserver {
    /// Sees nothing.
    SharingObserver NONE = new SharingObserver() {
        @Override
        public void cacheAsked(String downstream, CacheResult result) {}

        @Override
        public void coalesced(String downstream) {}
    };

    /// What a look at the kept answers gave.
    enum CacheResult implements Labelled {
        /// An answer that is fresh: the downstream is not called.
        HIT,
        /// Nothing.
        MISS,
        /// An answer that is fresh no more: the downstream is called.
        EXPIRED,
        /// An answer that stands in for a failed call.
        STALE
    }

    /// The kept answers were looked at.
    ///
    /// @param downstream the downstream's name
    void cacheAsked(String downstream, CacheResult result);

    /// A call did not go out, because an equal one was under way.
    ///
    /// @param downstream the downstream's name
    void coalesced(String downstream);
}
