package dev.structured.service.client;

import dev.structured.service.aggregate.BackendException;
import dev.structured.service.aggregate.ErrorType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/// One request on its way and what comes back: collects the body of a 2xx answer, refuses what breaks the
/// rules.
///
/// Jetty calls the listener methods one after the other, on its own threads or on the caller's; none of them
/// blocks.
final class Exchange implements Response.Listener {
    /*
     * A Jetty that is itself being stopped may forget an exchange; any other ends an aborted one in a
     * millisecond.
     */
    private static final long LONGEST_ABORT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int maxBodyBytes;
    private final CompletableFuture<Result> ended = new CompletableFuture<>();
    private volatile @Nullable Integer status;

    /// All written by the listener methods, and read by the caller when the exchange has ended.
    private final ReplyHead head;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean headed;
    private long received;
    private @Nullable BackendException refusal;
    private boolean cutShort;

    /// @param maxBodyBytes the largest body that is read
    /// @param wanted the names of the answer's headers that are kept
    Exchange(int maxBodyBytes, Set<String> wanted) {
        this.maxBodyBytes = maxBodyBytes;
        this.head = new ReplyHead(wanted);
    }

    /// Sends the request and waits until its answer is complete or it has failed.
    ///
    /// When this method returns or throws, the exchange has ended: its connection is clean and free for the
    /// next call, or closed.
    ///
    /// @throws BackendException if there is no complete answer
    /// @throws InterruptedException if interrupted while waiting; the connection is closed then
    void run(Request request) throws BackendException, InterruptedException {
        Result result;
        try {
            request.send(this);
            result = ended.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Failed exchanges have a result too", e);
        } finally {
            if (!ended.isDone()) abort(request);
        }
        if (result.isFailed() && !cutShort) throw failure(result);
    }

    private void abort(Request request) {
        var _ = request.abort(new CancellationException("The call was cancelled"));
        boolean interrupted = false;
        long deadline = System.nanoTime() + LONGEST_ABORT_NANOS;
        while (!ended.isDone()) {
            try {
                var _ = ended.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException | TimeoutException e) {
                break;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private BackendException failure(Result result) {
        if (refusal != null) return refusal;
        return Failures.of(result.getFailure(), new Failures.Progress(status != null, headed,
                StrictTransport.endPoint(result.getRequest().getConnection())));
    }

    /// Returns the status of the answer; null while none has arrived.
    @Nullable
    Integer status() {
        return status;
    }

    /// Returns the answer's head.
    ReplyHead head() {
        return head;
    }

    /// Returns the body of a 2xx answer; empty for any other.
    byte[] body() {
        return body.toByteArray();
    }

    @Override
    public void onBegin(Response response) {
        int code = response.getStatus();
        if (HttpStatus.isInformational(code)) { // InterimAnswers lets no other through
            refuse(response, ErrorType.PROTOCOL, "Status " + code + " where an answer was due");
        } else {
            status = code;
        }
    }

    @Override
    public boolean onHeader(Response response, HttpField field) {
        head.add(field);
        return true;
    }

    @Override
    public void onHeaders(Response response) {
        headed = true;
        if (!head.isReadable()) {
            refuse(response, ErrorType.PROTOCOL, "The answer has a transfer encoding other than chunked");
        } else if (HttpStatus.isSuccess(response.getStatus())) {
            if (head.isEncoded()) {
                refuse(response, ErrorType.PROTOCOL,
                        "The answer has a content encoding, though none was asked for");
            } else if (head.contentLength() > maxBodyBytes) {
                refuse(response, ErrorType.BODY_TOO_LARGE, tooLarge());
            }
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        received += content.remaining();
        boolean fits = received <= maxBodyBytes;
        if (!HttpStatus.isSuccess(response.getStatus())) {
            if (!fits) stopReading(response);
        } else if (!fits) {
            refuse(response, ErrorType.BODY_TOO_LARGE, tooLarge());
        } else {
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            body.writeBytes(bytes);
        }
    }

    private String tooLarge() {
        return "The answer's body is larger than " + maxBodyBytes + " bytes";
    }

    /* Its status says all there is to know, so an endless error page is not an error of its own. */
    private void stopReading(Response response) {
        cutShort = true;
        var _ = response.abort(new CancellationException("Nobody needs the rest of the body"));
    }

    private void refuse(Response response, ErrorType type, String why) {
        if (refusal != null) return;
        BackendException reason = new BackendException(type, why, null);
        refusal = reason;
        var _ = response.abort(reason);
    }

    @Override
    public void onComplete(Result result) {
        ended.complete(result);
    }
}
