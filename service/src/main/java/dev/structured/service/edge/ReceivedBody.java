package dev.structured.service.edge;

/// The result of reading the body of a request.
public sealed interface ReceivedBody {
    /// The body was read to its end.
    ///
    /// @param bytes the body; empty without one, or if it was to be dropped
    @SuppressWarnings("ArrayRecordComponent")
    record Complete(byte[] bytes) implements ReceivedBody {}

    /// The body is longer than the limit. The rest of it was not read.
    record TooLarge() implements ReceivedBody {}

    /// The client stopped sending for longer than a connection may be silent.
    record TooSlow() implements ReceivedBody {}

    /// The body is not as long as its head says.
    record Malformed() implements ReceivedBody {}
}
