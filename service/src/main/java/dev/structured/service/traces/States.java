package dev.structured.service.traces;

import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Converts the vendors' additions to a trace (`tracestate`) between text and OpenTelemetry's class.
final class States {
    private States() {}

    /// Returns the state of a valid text.
    ///
    /// @param text members, separated by commas; null for none
    static TraceState of(@Nullable String text) {
        if (text == null) return TraceState.getDefault();
        TraceStateBuilder state = TraceState.builder();
        // The builder puts each member before the others.
        for (String member : List.of(text.split(",", -1)).reversed()) {
            int equals = member.indexOf('=');
            state.put(member.substring(0, equals), member.substring(equals + 1));
        }
        return state.build();
    }

    /// Returns the text; null if there are no members.
    static @Nullable String text(TraceState state) {
        List<String> members = new ArrayList<>();
        state.forEach((name, value) -> members.add(name + "=" + value));
        return members.isEmpty() ? null : String.join(",", members);
    }
}
