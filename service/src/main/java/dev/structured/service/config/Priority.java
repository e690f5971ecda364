package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

/// How much a request matters while there is more to do than can be done. The first class is the last to be
/// refused.
///
/// The urgencies are those of RFC 9218, from 0 (the most urgent) to 7; a request without one has 3.
public enum Priority implements Labelled {
    /// The requests that the service is there for.
    CRITICAL(1),
    /// Any other request.
    NORMAL(3),
    /// Requests that may fail now and then, such as a prefetch.
    LOW(5),
    /// Requests that may wait for a better time, such as a crawl or an export.
    BULK(7);

    /// How the classes are written.
    public static final ChoiceType<Priority> TYPE = ChoiceType.of(Priority.class);

    private final int leastUrgent;

    Priority(int leastUrgent) {
        this.leastUrgent = leastUrgent;
    }

    /// Returns the class of an urgency.
    ///
    /// @param urgency 0 to 7
    public static Priority ofUrgency(int urgency) {
        for (Priority each : values()) {
            if (urgency <= each.leastUrgent) return each;
        }
        throw new IllegalArgumentException("No urgency: " + urgency);
    }

    /// Returns the urgency by which downstreams are told of the class: 1, 3, 5 or 7.
    public int urgency() {
        return leastUrgent;
    }
}
