package dev.structured.service.traces;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Counts the spans in the SDK's queue, which silently drops single spans when it is full. With this count,
/// either all spans of a request are queued or none is. **Thread-safe.**
final class SpanQueue implements Traces.Counts {
    /// The spans that were let in and not yet given to the exporter.
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder exported = new LongAdder();
    private final LongAdder failed = new LongAdder();
    /// Set once, before the first span.
    private volatile int most = Integer.MAX_VALUE;

    /// Sets the number of spans that may wait.
    void limit(int spans) {
        most = spans;
    }

    /// Lets the spans of a request in, or counts them as dropped.
    boolean enter(int spans) {
        if (waiting.addAndGet(spans) <= most) return true;
        waiting.addAndGet(-spans);
        dropped.add(spans);
        return false;
    }

    /// Corrects the count, if a request had fewer or more spans than were counted before.
    void correct(int entered, int made) {
        if (made != entered) waiting.addAndGet(made - entered);
    }

    /// Returns an exporter that counts the spans that it is given, and their results.
    SpanExporter before(SpanExporter exporter) {
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                int number = spans.size();
                waiting.addAndGet(-number);
                CompletableResultCode result = exporter.export(spans);
                result.whenComplete(() -> (result.isSuccess() ? exported : failed).add(number));
                return result;
            }

            @Override
            public CompletableResultCode flush() {
                return exporter.flush();
            }

            @Override
            public CompletableResultCode shutdown() {
                return exporter.shutdown();
            }

            @Override
            public String toString() {
                return exporter.toString();
            }
        };
    }

    @Override
    public long exported() {
        return exported.sum();
    }

    @Override
    public long failed() {
        return failed.sum();
    }

    @Override
    public long dropped() {
        return dropped.sum();
    }
}
