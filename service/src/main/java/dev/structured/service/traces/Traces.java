package dev.structured.service.traces;

import dev.structured.service.server.RequestTracer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Traces as the environment asks for them: a span for each request that is sampled, for its parts and for
/// their attempts, sent to a collector by OTLP. **Thread-safe.**
///
/// No request waits for the collector: what cannot be sent in time is dropped and counted.
public interface Traces extends RequestTracer, AutoCloseable {
    /// Starts what sends spans, if the environment asks for it by OpenTelemetry's variables.
    ///
    /// @param version the service's version
    /// @return null if no traces are to be sent; then nothing of OpenTelemetry was loaded
    /// @throws InvalidTracesException if the environment asks for something that cannot be done
    static @Nullable Traces open(Map<String, String> environment, String version)
            throws InvalidTracesException {
        if (!TraceSettings.areOn(environment)) return null;
        String mistake = TraceSettings.mistake(environment);
        if (mistake != null) throw new InvalidTracesException(mistake);
        return SentTraces.start(TraceSettings.properties(environment), version);
    }

    /// Returns what has become of the spans so far.
    Counts counts();

    /// Sends the spans that wait. Blocks until they are sent, or three seconds have passed.
    @Override
    void close();

    /// What became of spans.
    interface Counts {
        /// Returns how many the collector has taken.
        long exported();

        /// Returns how many the collector refused, or could not be sent to it.
        long failed();

        /// Returns how many were dropped, since too many waited.
        long dropped();
    }
}
