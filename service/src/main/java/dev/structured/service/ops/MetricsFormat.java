package dev.structured.service.ops;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A text format for metrics.
public enum MetricsFormat {
    /// Prometheus' own, version 0.0.4.
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    /// OpenMetrics 1.0, which also has exemplars: the trace of one of the requests that a bucket counts.
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    MetricsFormat(String contentType) {
        this.contentType = contentType;
    }

    /// Returns the media type.
    String contentType() {
        return contentType;
    }

    /// Returns OpenMetrics if the header `Accept` names it, as every Prometheus does.
    static MetricsFormat accepted(@Nullable String accept) {
        boolean open = accept != null
                && accept.toLowerCase(Locale.ROOT).contains("application/openmetrics-text");
        return open ? OPEN_METRICS : PROMETHEUS;
    }
}
