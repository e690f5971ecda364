package dev.structured.service.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;

/// The reaction of a [DemoServer] to one request: an answer or a fault. [Faults] makes the faults by name.
///
/// Strings that are sent verbatim are Latin-1: each character is one byte.
public sealed interface Action {

    /// A correct answer. The connection stays open.
    ///
    /// @param status the HTTP status
    /// @param headers the header fields, without `Content-Length`
    /// @param body the body, sent as UTF-8
    record Answer(int status, Map<String, String> headers, String body) implements Action {
        /// Returns a JSON answer.
        public static Answer json(int status, String body) {
            return new Answer(status, Map.of("Content-Type", "application/json"), body);
        }

        /// Returns the head as it is sent, with the given `Content-Length`.
        ///
        /// @param length the length to announce, in bytes; faults announce a wrong one
        public String head(long length) {
            StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" .\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
        }

        /// Returns the head as it is sent.
        public String head() {
            return head(bytes().length());
        }

        /// Returns the body as it is sent.
        public String bytes() {
            return new String(body.getBytes(UTF_8), ISO_8859_1);
        }
    }

    /// Arbitrary bytes, sent at once.
    ///
    /// @param bytes the bytes; may be empty
    /// @param ending what happens to the connection afterwards
    record Raw(String bytes, Ending ending) implements Action {}

    /// The same bytes, sent again and again until the client goes away.
    ///
    /// @param head sent once, first
    /// @param repeated sent until the client goes away; not empty
    record Endless(String head, String repeated) implements Action {}

    /// An answer whose body is sent one byte at a time.
    ///
    /// @param interval the pause before each byte
    record Dripped(Answer answer, Duration interval) implements Action {}

    /// Two actions on the same connection. The second one happens only if the first one keeps the connection.
    record Sequence(Action first, Action then) implements Action {}

    /// An action after a delay.
    ///
    /// @param delay the time before the action
    record Delayed(Duration delay, Action then) implements Action {}

    /// The state of the connection after [Raw] bytes.
    enum Ending {
        /// The server waits for the next request.
        KEEP,
        /// The server closes it in order.
        CLOSE,
        /// The server resets it, so that the client sees "connection reset".
        RESET,
        /// The server sends nothing more and waits until the client closes it.
        HANG
    }
}
