package dev.structured.service.traces;

import dev.structured.service.server.RequestTracer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The traces that the environment configures: a span for each sampled request, for its parts and for their
/// attempts, sent to a collector by OTLP. **Thread-safe.**
///
/// No request waits for the collector: spans that cannot be sent in time are dropped and counted.
public interface Traces extends RequestTracer, AutoCloseable {
    /// Starts to send spans, if the environment asks for it by OpenTelemetry's variables.
    ///
    /// @param version the service's version
    /// @return null if no traces are to be sent; then no class of OpenTelemetry is loaded
    /// @throws InvalidTracesException if the environment's settings cannot be used
    static @Nullable Traces open(Map<String, String> environment, String version)
            throws InvalidTracesException {
        if (!TraceSettings.areOn(environment)) return null;
        String mistake = TraceSettings.mistake(environment);
        if (mistake != null) throw new InvalidTracesException(mistake);
        return SentTraces.start(TraceSettings.properties(environment), version);
    }

    /// Returns the counts of the spans so far.
    Counts counts();

    /// Sends the spans that wait. Blocks until they are sent, or three seconds have passed.
    @Override
    void close();

    /// The numbers of spans, by their result.
    interface Counts {
        /// Returns the number of spans that the collector has accepted.
        long exported();

        /// Returns the number of spans that the collector refused, or that could not be sent to it.
        long failed();

        /// Returns the number of spans that were dropped, since too many waited.
        long dropped();
    }
}
