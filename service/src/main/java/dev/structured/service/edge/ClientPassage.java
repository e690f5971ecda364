package dev.structured.service.edge;

import dev.structured.core.CancelScope;
import dev.structured.core.Checkpoints;
import dev.structured.core.Scheduler;
import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client's side of a request that is passed on. One task reads its body, another one writes its answer.
/// Both may write `refused`, before they cancel each other.
final class ClientPassage implements Passage {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final FilterContext context;
    private final CancelScope client;
    private final RequestContent body;
    private final List<HeaderField> fields;
    private final long mostBytes;
    private long bytesRead;
    private int status;
    private List<HeaderField> answered = List.of();
    private volatile long begunAt;
    private volatile long readAt;
    private volatile boolean reading;
    private volatile @Nullable AnswerStream stream;
    private volatile @Nullable ProblemDetails refused;

    /// @param client cancels the exchange
    /// @param fields the fields of the request that are passed on
    /// @param mostBytes the longest body that is passed on
    ClientPassage(FilterContext context, CancelScope client, RequestContent body, List<HeaderField> fields,
            long mostBytes) {
        this.context = context;
        this.client = client;
        this.body = body;
        this.fields = fields;
        this.mostBytes = mostBytes;
    }

    @Override
    public String method() {
        return context.request().method();
    }

    @Override
    public List<HeaderField> fields() {
        return fields;
    }

    @Override
    public long length() {
        return body.length();
    }

    @Override
    public boolean hasArrived() {
        return body.hasArrived();
    }

    @Override
    public @Nullable ByteBuffer read() throws InterruptedException {
        ByteBuffer piece;
        reading = true; // stays true if the wait for the client is in vain
        try {
            piece = body.read();
        } catch (IOException e) {
            throw cancelled(problem(e));
        }
        reading = false;
        if (begunAt == 0) readAt = now();
        if (piece != null) bytesRead += piece.remaining();
        if (bytesRead > mostBytes) throw cancelled(EdgeProblems.bodyTooLarge((int) mostBytes));
        return piece;
    }

    private static @Nullable ProblemDetails problem(IOException failure) {
        return switch (failure) {
            case SocketTimeoutException _ -> EdgeProblems.bodyTooSlow();
            case ProtocolException _ -> EdgeProblems.malformedBody();
            default -> null;
        };
    }

    @Override
    public void begin(int code, List<HeaderField> all) {
        status = code;
        answered = all;
        begunAt = now();
        context.leavePlaces();
    }

    private static long now() {
        return Math.max(1, Scheduler.current().nanoTime());
    }

    @Override
    public void write(ByteBuffer bytes) {
        AnswerStream out = stream;
        try {
            if (out == null) {
                out = context.client().stream(status, head());
                stream = out;
            }
            out.write(bytes, false);
        } catch (IOException e) {
            throw cancelled(null);
        }
    }

    /// Returns the head of the answer. A client that still sends its body may not send another request after
    /// it.
    private List<HeaderField> head() {
        List<HeaderField> head = PassedHeaders.back(answered, context);
        // A 204 has no length (RFC 9110, 8.6), and one with another length than 0 could not be sent.
        if (status == 204) head.removeIf(each -> each.name().equalsIgnoreCase("Content-Length"));
        if (!body.isRead()) head.add(new HeaderField("Connection", "close"));
        return head;
    }

    /// Ends the answer after all of it was passed back. Blocks.
    void end() throws InterruptedException {
        AnswerStream out = stream;
        if (out == null) return;
        try {
            out.write(NOTHING, true);
        } catch (IOException e) {
            throw cancelled(null);
        }
        body.drop();
    }

    /// Cancels the exchange because the client has gone or is refused. If the exchange is cancelled already,
    /// which may have interrupted the client's connection, this changes nothing.
    private IllegalStateException cancelled(@Nullable ProblemDetails why) {
        if (!Checkpoints.isCancelled()) {
            refused = why;
            client.cancel("the client went away");
        }
        Checkpoints.checkCancelled();
        return new IllegalStateException("A task of the client's scope goes on after that was cancelled");
    }

    /// Returns the problem with which the client's request was refused while it was passed on; null if it was
    /// not.
    @Nullable
    ProblemDetails refused() {
        return refused;
    }

    /// Closes the client's connection if it has got a piece of the answer, so that it sees that more is
    /// missing.
    void abort() {
        AnswerStream out = stream;
        if (out != null) out.abort();
    }

    @Override
    public boolean hasPassed() {
        return stream != null;
    }

    @Override
    public long begunAt() {
        return begunAt;
    }

    @Override
    public long readAt() {
        return readAt;
    }

    @Override
    public boolean isReading() {
        return reading;
    }
}
