package dev.structured.service.ops;

import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;

/// The trace of the request that a thread is counting, for the exemplars of its histogram.
final class Exemplars implements SpanContext {
    /// The places of the two ids in a traceparent of W3C Trace Context.
    private static final int TRACE_BEGINS = 3;
    private static final int TRACE_ENDS = 35;
    private static final int SPAN_BEGINS = 36;
    private static final int SPAN_ENDS = 52;
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
        return trace == null ? null : trace.substring(TRACE_BEGINS, TRACE_ENDS);
    }

    @Override
    public @Nullable String getCurrentSpanId() {
        String trace = traceparent.get();
        return trace == null ? null : trace.substring(SPAN_BEGINS, SPAN_ENDS);
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
