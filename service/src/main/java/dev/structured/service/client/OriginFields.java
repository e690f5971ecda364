package dev.structured.service.client;

import dev.structured.service.aggregate.Origin;
import dev.structured.service.config.HostAndPort;
import dev.structured.service.config.SendConfig;
import dev.structured.service.config.SendConfig.Forwarded;
import dev.structured.service.config.SendConfig.Trace;
import dev.structured.service.record.AttemptRecorder;
import org.jspecify.annotations.Nullable;

/// The fields that tell a downstream about the request for which a call is made.
final class OriginFields {
    private final SendConfig send;

    OriginFields(SendConfig send) {
        this.send = send;
    }

    /// Adds the fields that the downstream's configuration asks for.
    ///
    /// @param attempt the attempt that makes the call; null if it is not recorded
    void write(Origin origin, @Nullable AttemptRecorder attempt, FieldSink head) {
        if (send.trace() != Trace.OFF) writeTrace(origin, attempt, head);
        if (send.priority()) head.field("Priority", "u=" + origin.priority().urgency());
        if (send.forwarded() != Forwarded.OFF && origin.address() != null) {
            if (send.forwarded() == Forwarded.FORWARDED) head.field("Forwarded", forwarded(origin));
            else
                writeForwarded(origin, head);
        }
    }

    private void writeTrace(Origin origin, @Nullable AttemptRecorder attempt, FieldSink head) {
        String trace = origin.traceparentOf(attempt);
        if (trace == null) {
            trace = send.trace() == Trace.START ? origin.traceparentOrNew() : origin.traceparent();
        }
        if (trace == null) return;
        head.field("traceparent", trace);
        if (origin.tracestate() != null) head.field("tracestate", origin.tracestate());
    }

    private static String forwarded(Origin origin) {
        String address = bare(origin);
        String text = "for=" + (address.contains(":") ? "\"[" + address + "]\"" : address);
        if (origin.host() != null) text += ";host=" + quoted(origin.host());
        return text + ";proto=" + origin.scheme();
    }

    private static void writeForwarded(Origin origin, FieldSink head) {
        head.field("X-Forwarded-For", bare(origin));
        if (origin.host() != null) head.field("X-Forwarded-Host", origin.host());
        head.field("X-Forwarded-Proto", origin.scheme());
    }

    /// Returns the address, without the brackets of IPv6.
    private static String bare(Origin origin) {
        return HostAndPort.withoutBrackets(String.valueOf(origin.address()));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
