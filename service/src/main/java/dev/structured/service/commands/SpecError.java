package dev.structured.service.commands;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;
import java.time.Duration;

/// The failure of a call.
///
/// @param type the kind of failure
/// @param after the time until the call fails
@Shorthand("type")
public record SpecError(
        @Key(fix = "add e.g. 'type: reset'", says = "The kind of failure.") Type type,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "The time until the call fails.") //
        Duration after) {

    /// The failures that a downstream or the network can cause, named as in the page's `missing`.
    public enum Type {
        /// The downstream refused the connection.
        CONNECT_REFUSED(ErrorType.CONNECT_REFUSED),
        /// The connection was not opened in time.
        CONNECT_TIMEOUT(ErrorType.CONNECT_TIMEOUT),
        /// The host name could not be resolved.
        DNS(ErrorType.DNS),
        /// There was no TLS, or the downstream could not be trusted.
        TLS(ErrorType.TLS),
        /// The connection was reset.
        RESET(ErrorType.RESET),
        /// The connection was closed before the answer was complete.
        INCOMPLETE(ErrorType.INCOMPLETE),
        /// The answer was not HTTP.
        PROTOCOL(ErrorType.PROTOCOL),
        /// The answer's head was larger than the limit.
        HEADERS_TOO_LARGE(ErrorType.HEADERS_TOO_LARGE),
        /// The answer's body was larger than the limit.
        BODY_TOO_LARGE(ErrorType.BODY_TOO_LARGE),
        /// The answer's body had an encoding that is not read.
        CONTENT_CODING(ErrorType.CONTENT_CODING),
        /// The answer's body was not JSON.
        INVALID_JSON(ErrorType.INVALID_JSON);

        final ErrorType error;

        Type(ErrorType error) {
            this.error = error;
        }
    }
}
