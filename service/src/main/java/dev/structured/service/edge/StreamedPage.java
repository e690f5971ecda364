package dev.structured.service.edge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Nursery;
import dev.structured.core.NurseryFailedException;
import dev.structured.core.Task;
import dev.structured.core.Timeouts;
import dev.structured.core.channel.Channel;
import dev.structured.core.channel.Channels;
import dev.structured.core.channel.SendChannel;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.Outcome;
import dev.structured.service.aggregate.PartFailure;
import dev.structured.service.aggregate.PartSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;

/// A page that is sent as its parts arrive: a child task makes it, and the request's own task writes.
///
/// ```
///   task of a part ─┐
///   task of a part ─┼─ sink ─▶ channel, at most 16 events ─▶ the request's task ─▶ socket
///   task of a part ─┘
/// ```
///
/// A client that does not read holds up only its own parts. The channel bounds the number of events that wait
/// for it; the route's deadline plus one idle timeout bounds the time.
final class StreamedPage {
    private static final int AHEAD = 16;

    private final PageJob job;
    private final EventStream stream;
    private final Duration longest;
    /// The events of missing parts that came before any other: until something is sent, the page can still
    /// become a problem.
    private final List<PageEvent> held = new ArrayList<>();
    /// The events that the deadline kept out of the channel. Their parts are in the page, so they are sent
    /// before `done`.
    private final Queue<PageEvent> late = new ConcurrentLinkedQueue<>();
    private boolean tooSlow;

    /// @param idleTimeout the time that the client may take after the route's deadline
    StreamedPage(PageJob job, EventStream stream, Duration idleTimeout) {
        this.job = job;
        this.stream = stream;
        this.longest = job.served().route().deadline().plus(idleTimeout);
    }

    /// Makes the page and sends it, `done` included. Sends nothing if the page fails before its first part.
    /// **Checkpoint.**
    ///
    /// @param client is cancelled if the client turns out to have left
    /// @return the answer to a client that takes the whole page at once
    Answer make(CancelScope client) throws BadRequestException {
        return Timeouts.moveOnAfter(longest, () -> send(client)).orElseGet(_ -> {
            tooSlow = true;
            return job.context().answer(EdgeProblems.clientTooSlow());
        });
    }

    /// Ends the stream if [#make] could not. Called outside of any task; nothing may be written after it.
    ///
    /// @param answer the answer that the request got instead
    void close(Answer answer) {
        if (tooSlow) job.requestRecord().verdict(Verdict.CLIENT_SLOW);
        if (!stream.isBroken() && !stream.isEnded()) {
            try {
                stream.end(done(answer));
            } catch (IOException e) {
                // The client has left.
            }
        }
        if (stream.isBroken()) {
            stream.abort();
        }
    }

    private Answer send(CancelScope client) throws BadRequestException {
        Outcome outcome;
        try {
            outcome = sendParts(client);
        } catch (NurseryFailedException failure) {
            throw failure.rethrow(BadRequestException.class);
        }
        Answer answer = job.answer(outcome);
        if (outcome instanceof Outcome.Failed) {
            if (stream.isUnused()) return answer;
        } else {
            for (PageEvent event : late) send(event, client);
        }
        sendHeld(client);
        write(client, () -> stream.end(done(answer)));
        return answer;
    }

    private Outcome sendParts(CancelScope client) {
        Channel<PageEvent> events = Channels.open("events", AHEAD);
        return Nursery.call("page", nursery -> {
            Task<Outcome> page = nursery.startSoon("parts", () -> {
                Outcome outcome = job.ask(new Sink(events.sender(), late));
                events.sender().close();
                return outcome;
            });
            for (PageEvent event : events.receiver()) send(event, client);
            return page.await();
        });
    }

    private void send(PageEvent event, CancelScope client) {
        if (stream.isUnused() && event.isError()) {
            held.add(event);
            return;
        }
        sendHeld(client);
        write(client, () -> stream.write(event));
    }

    private void sendHeld(CancelScope client) {
        List<PageEvent> waiting = List.copyOf(held);
        held.clear();
        for (PageEvent event : waiting) write(client, () -> stream.write(event));
    }

    private PageEvent done(Answer answer) {
        return PageEvent.done(job.requestRecord().verdict(), answer, job.requestRecord().id());
    }

    /// Writes one event.
    private interface Writing {
        void run() throws IOException;
    }

    private void write(CancelScope client, Writing event) {
        try {
            event.run();
        } catch (IOException e) {
            // Either a cancellation interrupted the write, or the connection broke.
            if (!Checkpoints.isCancelled()) {
                tooSlow = isTimeout(e);
                client.cancel("the client no longer takes its page");
            }
            Checkpoints.checkpoint();
        }
    }

    private static boolean isTimeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) return true;
        }
        return false;
    }

    /// Passes the parts on to the channel; blocks them while it is full.
    private record Sink(SendChannel<PageEvent> events, Queue<PageEvent> late) implements PartSink {
        @Override
        public void present(String part, JsonNode value) {
            send(PageEvent.part(part, value));
        }

        @Override
        public void missing(PartFailure failure) {
            send(PageEvent.partError(failure));
        }

        private void send(PageEvent event) {
            boolean handedOn = false;
            try {
                events.send(event);
                handedOn = true;
            } finally {
                if (!handedOn) late.add(event);
            }
        }
    }
}
