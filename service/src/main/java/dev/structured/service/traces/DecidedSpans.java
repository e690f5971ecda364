package dev.structured.service.traces;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes the SDK use ids that were given out, and a sampling decision that was made, when the request began.
/// Thread-safe.
final class DecidedSpans implements IdGenerator, Sampler {
    /// The identity of the next span that a thread makes.
    ///
    /// @param state the state of the trace; null for its parent's
    private record Next(String trace, String span, @Nullable TraceState state) {}

    private static final ThreadLocal<@Nullable Next> NEXT = new ThreadLocal<>();

    /// Runs code that makes one span, which gets these ids.
    <T> T as(String trace, String span, @Nullable TraceState state, Supplier<T> making) {
        NEXT.set(new Next(trace, span, state));
        try {
            return making.get();
        } finally {
            NEXT.remove();
        }
    }

    @Override
    public String generateSpanId() {
        Next decided = NEXT.get();
        return decided == null ? IdGenerator.random().generateSpanId() : decided.span;
    }

    @Override
    public String generateTraceId() {
        Next decided = NEXT.get();
        return decided == null ? IdGenerator.random().generateTraceId() : decided.trace;
    }

    @Override
    public boolean generatesRandomTraceIds() {
        return true;
    }

    /// Keeps each span: spans are made only for requests that the configured sampler chose when they began.
    @Override
    public SamplingResult shouldSample(Context parent, String trace, String name, SpanKind kind,
            Attributes attributes, List<LinkData> links) {
        Next decided = NEXT.get();
        TraceState state = decided == null ? null : decided.state;
        if (state == null) return SamplingResult.recordAndSample();
        return new SamplingResult() {
            @Override
            public SamplingDecision getDecision() {
                return SamplingDecision.RECORD_AND_SAMPLE;
            }

            @Override
            public Attributes getAttributes() {
                return Attributes.empty();
            }

            @Override
            public TraceState getUpdatedTraceState(TraceState before) {
                return state;
            }
        };
    }

    @Override
    public String getDescription() {
        return "decided when the request began";
    }

    @Override
    public void close() {
        // nothing to close
    }
}
