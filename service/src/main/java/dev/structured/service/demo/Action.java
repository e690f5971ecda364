package dev.structured.service.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Map;

/// What a [DemoServer] does with one request: answers it, or misbehaves. [Faults] has the misbehaviours by
/// name.
///
/// Text that goes out as it stands is Latin-1: one character is one byte.
public sealed interface Action {

    /// A correct answer; the connection is kept.
    ///
    /// @param status the HTTP status
    /// @param headers its fields besides `Content-Length`
    /// @param body the body, sent as UTF-8
    record Answer(int status, Map<String, String> headers, String body) implements Action {
        /// Returns a JSON answer.
        public static Answer json(int status, String body) {
            return new Answer(status, Map.of("Content-Type", "application/json"), body);
        }

        /// Returns the head as it goes out, with the given length of the body.
        ///
        /// @param length in bytes; need not be true
        public String head(long length) {
            StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" .\r\n");
            headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
            return head.append("Content-Length: ").append(length).append("\r\n\r\n").toString();
        }

        /// Returns the head as it goes out.
        public String head() {
            return head(bytes().length());
        }

        /// Returns the body as it goes out.
        public String bytes() {
            return new String(body.getBytes(UTF_8), ISO_8859_1);
        }
    }

    /// Any bytes, sent at once, and what comes after them.
    ///
    /// @param bytes may be empty
    record Raw(String bytes, Ending ending) implements Action {}

    /// The same bytes, sent again and again until the client goes away.
    ///
    /// @param head sent once, before
    /// @param repeated not empty
    record Endless(String head, String repeated) implements Action {}

    /// An answer whose body is sent one byte at a time.
    ///
    /// @param interval the pause before each byte
    record Dripped(Answer answer, Duration interval) implements Action {}

    /// One action and then another, on the same connection, if the first keeps it.
    record Sequence(Action first, Action then) implements Action {}

    /// Another action, later.
    ///
    /// @param delay the time until then
    record Delayed(Duration delay, Action then) implements Action {}

    /// What becomes of the connection after [Raw] bytes.
    enum Ending {
        /// Waits for the next request.
        KEEP,
        /// Closes it in order.
        CLOSE,
        /// Breaks it off, so that the client sees "connection reset".
        RESET,
        /// Sends nothing more, until the client closes it.
        HANG
    }
}
