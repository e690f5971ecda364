package dev.structured.service.server;

import dev.structured.service.edge.Event;
import dev.structured.service.edge.NdJson;
import dev.structured.service.edge.Rendering;
import dev.structured.service.edge.ServerSentEvents;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;

/// An answer that is sent event by event. Used by one thread at a time: the request's own.
///
/// An event goes out at once; writing it blocks while the client does not read. One that was cut short cannot be
/// mended: the stream is then broken, and its connection must be closed, so that nobody takes it for whole.
final class EventStream {
    private enum State {
        UNUSED, OPEN, ENDED, BROKEN
    }

    private final Context ctx;
    private final Rendering rendering;
    private State state = State.UNUSED;

    /// @param rendering one that has events
    EventStream(Context ctx, Rendering rendering) {
        this.ctx = ctx;
        this.rendering = rendering;
    }

    /// Returns true as long as nothing was sent, not even a status.
    boolean isUnused() {
        return state == State.UNUSED;
    }

    /// Returns true when the last event was sent.
    boolean isEnded() {
        return state == State.ENDED;
    }

    /// Returns true when an event was cut short.
    boolean isBroken() {
        return state == State.BROKEN;
    }

    /// Sends an event; the first one sends the head of the answer too. Blocks; cancelled by interrupt.
    ///
    /// @throws IOException if the client has gone, or was too slow
    void write(Event event) throws IOException {
        byte[] bytes = rendering == Rendering.NDJSON ? NdJson.bytes(event) : ServerSentEvents.bytes(event);
        if (state == State.UNUSED) writeHead();
        state = State.BROKEN;
        OutputStream out = ctx.res().getOutputStream();
        out.write(bytes);
        out.flush();
        state = State.OPEN;
    }

    /// Sends the last event. Blocks; cancelled by interrupt.
    ///
    /// @throws IOException if the client has gone, or was too slow
    void end(Event event) throws IOException {
        write(event);
        state = State.ENDED;
    }

    private void writeHead() {
        ctx.status(200).contentType(rendering.mediaType());
        ctx.header("Cache-Control", "no-store");
        // nginx would else collect the events before it passes them on.
        ctx.header("X-Accel-Buffering", "no");
    }
}
