package dev.structured.service.edge;

import dev.structured.core.CancelScope;
import dev.structured.service.aggregate.BadRequestException;
import dev.structured.service.aggregate.HeaderField;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The client of one request, as far as the edge needs it: it sends a body, it may leave, and it may take an
/// answer in pieces. In the service it is a connection; in a spec there is none.
public interface Client {
    /// Reads the body to its end. Blocks until the client has sent it.
    ///
    /// @param mostBytes the longest body that is read
    /// @param keep false to drop the bytes
    /// @throws IOException if the body is malformed, or if the client left in the middle of it
    ReceivedBody readBody(int mostBytes, boolean keep) throws IOException;

    /// Drops the body of a request that is refused, if all of it has come and it is short. Does not block,
    /// and does not ask the client for the body.
    ///
    /// @return true if the connection can carry another request
    boolean dropArrivedBody();

    /// Runs `work` as the task of the request, and cancels it when the client leaves. The body must have been
    /// read.
    ///
    /// @param task the name of the task
    /// @return the answer; empty if the client has left
    Optional<Answer> await(String task, Work work) throws BadRequestException;

    /// Runs code as a task and returns its value; may be called before the body has been read. Blocks. A
    /// client that leaves does not cancel it.
    ///
    /// @param task the name of the task
    <T extends @Nullable Object> T call(String task, Supplier<T> code);

    /// Runs `work` as the task of the request like [#await], although the body may not have been read: the
    /// work reads it. If it has been read, the work is given none. Cancels the work when the client leaves
    /// and no bytes are left to read.
    ///
    /// @param task the name of the task
    /// @return the answer; empty if the client has left
    Optional<Answer> exchange(String task, Exchange work);

    /// Returns a stream for an answer that is passed back. Nothing is sent yet.
    ///
    /// @param fields the headers of the answer, in order
    AnswerStream stream(int status, List<HeaderField> fields);

    /// Returns a stream for an answer that is sent in pieces, with status 200. Nothing is sent yet.
    ///
    /// @param headers the headers of the answer, `Content-Type` included
    AnswerStream stream(Map<String, String> headers);

    /// The code that makes an answer while the client sends and waits.
    @FunctionalInterface
    interface Exchange {
        /// Returns the answer. Called from the task of the request.
        ///
        /// @param client is cancelled when the client leaves
        Answer make(CancelScope client, RequestContent body) throws InterruptedException;
    }

    /// The code that makes an answer while the client waits.
    @FunctionalInterface
    interface Work {
        /// Returns the answer. Called from the task of the request.
        ///
        /// @param client is cancelled when the client leaves, and cancels everything that the request has
        ///     started
        Answer make(CancelScope client) throws BadRequestException;
    }
}
