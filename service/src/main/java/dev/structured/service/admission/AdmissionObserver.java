package dev.structured.service.admission;

import dev.structured.service.config.Priority;

/// Observes which pages are begun; `ops` makes metrics of them. Called with a lock held; must not block.
public interface AdmissionObserver {
    /// An observer that does nothing.
    AdmissionObserver NONE = new AdmissionObserver() {
        @Override
        public void admitted(Priority priority) {}

        @Override
        public void refused(Priority priority, String bottleneck, Refused why) {}
    };

    /// Called when a page was begun.
    void admitted(Priority priority);

    /// Called when a page was not begun.
    ///
    /// @param bottleneck the name of the first bottleneck that had no place for it
    void refused(Priority priority, String bottleneck, Refused why);
}
