package dev.structured.service.admission;

import dev.structured.service.config.Priority;

/// Sees which pages are begun; `ops` makes metrics of it. Called with a lock held; must not block.
public interface AdmissionObserver {
    /// Sees nothing.
    AdmissionObserver NONE = new AdmissionObserver() {
        @Override
        public void admitted(Priority priority) {}

        @Override
        public void refused(Priority priority, String bottleneck, Refused why) {}
    };

    /// A page was begun.
    void admitted(Priority priority);

    /// A page was not begun.
    ///
    /// @param bottleneck the name of the first bottleneck that had no place for it
    void refused(Priority priority, String bottleneck, Refused why);
}
