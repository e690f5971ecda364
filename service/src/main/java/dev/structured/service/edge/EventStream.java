package dev.structured.service.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An answer that is sent event by event. Used by one thread at a time: the request's own.
///
/// An event goes out at once; writing it blocks while the client does not read. A stream in which an event
/// was cut short is broken: its connection must be closed, so that the client does not take it for complete.
final class EventStream {
    private enum State {
        UNUSED, OPEN, ENDED, BROKEN
    }

    private final FilterContext context;
    private @Nullable AnswerStream out;
    private State state = State.UNUSED;

    /// @param context the context of a request whose rendering has events
    EventStream(FilterContext context) {
        this.context = context;
    }

    /// Returns true as long as nothing was sent, not even a status.
    boolean isUnused() {
        return state == State.UNUSED;
    }

    /// Returns true if the last event was sent.
    boolean isEnded() {
        return state == State.ENDED;
    }

    /// Returns true if an event was cut short.
    boolean isBroken() {
        return state == State.BROKEN;
    }

    /// Sends an event; the first one sends the head of the answer too. Blocks; cancelled by interrupt.
    ///
    /// @throws IOException if the client has left, or was too slow
    void write(PageEvent event) throws IOException {
        send(event, false);
        state = State.OPEN;
    }

    /// Sends the last event. Blocks; cancelled by interrupt.
    ///
    /// @throws IOException if the client has left, or was too slow
    void end(PageEvent event) throws IOException {
        send(event, true);
        state = State.ENDED;
    }

    /// Closes the connection.
    void abort() {
        if (out != null) out.abort();
    }

    private void send(PageEvent event, boolean last) throws IOException {
        byte[] bytes = context.rendering() == Rendering.NDJSON
                ? NdJson.bytes(event)
                : ServerSentEvents.bytes(event);
        state = State.BROKEN;
        if (out == null) out = context.stream(head());
        out.write(ByteBuffer.wrap(bytes), last);
    }

    private Map<String, String> head() {
        Map<String, String> head = context.headersWith(Map.of());
        head.put("Content-Type", context.rendering().mediaType());
        head.put("Cache-Control", "no-store");
        // nginx would otherwise collect the events before it passes them on.
        head.put("X-Accel-Buffering", "no");
        return head;
    }
}
