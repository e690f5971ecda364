package dev.structured.service.aggregate;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request that is passed on to a downstream as it comes, with its answer, which is passed back.
/// Implemented by `edge`; the layers around a downstream know the client only by this interface.
///
/// Neither body is ever held as a whole: each piece is awaited, and written before the next one is read. The
/// request's body and the answer may be passed by two tasks at the same time. When the client has gone, the
/// two methods that read from it or write to it cancel the call, so that they throw
/// [dev.structured.core.Cancelled].
public interface Passage {
    /// Returns the method, as it was sent.
    String method();

    /// Returns the header fields that are passed on, in order, without those that frame the body.
    List<HeaderField> fields();

    /// Returns the length of the request's body: 0 for none, negative if it is not known before its end.
    long length();

    /// Returns true if the whole body was there before the call, or there is none: no read waits for the
    /// client.
    boolean hasArrived();

    /// Returns the next piece of the request's body, which may be used until the next call; null at its end.
    /// Blocks while the client sends nothing. **Checkpoint.**
    @Nullable
    ByteBuffer read() throws InterruptedException;

    /// Called when the head of the answer has arrived.
    ///
    /// @param fields all its fields, in order
    void begin(int status, List<HeaderField> fields);

    /// Passes a piece of the answer's body back, and the head before the first one. Blocks while the client
    /// does not read. **Checkpoint.**
    ///
    /// @param bytes may be empty, to pass back the head alone
    void write(ByteBuffer bytes) throws InterruptedException;

    /// Returns true if the answer is held back, since the call may be made again. The rest of its body is not
    /// worth a long wait then.
    default boolean isHeld() {
        return false;
    }

    /// Called when the rest of an answer that [is held][#isHeld()] will not be read.
    default void leaveRest() {}

    /// Returns true if the client has got a byte of the answer. The call cannot be made again then.
    boolean hasPassed();

    /// Returns the time at which the head of the answer arrived, on the scheduler's clock; 0 if it has not
    /// arrived.
    long begunAt();

    /// Returns the time at which the last piece of the request's body came before the answer began, on the
    /// scheduler's clock; 0 if there is none.
    long readAt();

    /// Returns true if the call waits for the client to send more of its body, or did so when it ended.
    boolean isReading();
}
