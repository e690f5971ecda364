package dev.structured.service.ops;

import dev.structured.service.record.Trace;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/// The trace of the request that a thread is counting, for the exemplars of its histogram.
final class Exemplars implements SpanContext {
    /// The end of the flags in a traceparent of W3C Trace Context.
    private static final int FLAGS_END = 55;

    /// Set only while a request that has a trace is counted.
    private final ThreadLocal<@Nullable String> traceparent = new ThreadLocal<>();

    /// Counts a request. The metrics that `count` records may get its trace as an exemplar.
    ///
    /// @param trace the request's traceparent; null if it has none
    void with(@Nullable String trace, Runnable count) {
        if (trace == null) {
            count.run();
            return;
        }
        traceparent.set(trace);
        try {
            count.run();
        } finally {
            traceparent.remove();
        }
    }

    @Override
    public @Nullable String getCurrentTraceId() {
        String trace = traceparent.get();
        return trace == null ? null : Trace.idOf(trace);
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        String trace = traceparent.get();
        return trace == null ? null : Trace.spanOf(trace);
    }

    /// Only for sampled traces, since an exemplar of a trace that is not kept would lead nowhere.
    @Override
    public boolean isCurrentSpanSampled() {
        String trace = traceparent.get();
        return trace != null && (Character.digit(trace.charAt(FLAGS_END - 1), 16) & 1) != 0;
    }

    @Override
    public void markCurrentSpanAsExemplar() {
        // This class does not decide which traces are kept.
    }
}
