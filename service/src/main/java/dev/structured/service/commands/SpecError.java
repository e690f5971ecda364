package dev.structured.service.commands;

import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.yaml.Key;
import dev.structured.service.yaml.Shorthand;
import java.time.Duration;

/// How a call fails that gets no answer which can be used.
///
/// @param after how long it takes to fail
@Shorthand("type")
public record SpecError(
        @Key(fix = "add e.g. 'type: reset'", says = "In which way it fails.") Type type,
        @Key(preset = "0ms", min = "0ms", max = "600min", says = "How long it takes to fail.") Duration after) {

    /// The failures that a downstream, or the way to it, can be the cause of. They are called as in the page's `missing`.
    public enum Type {
        /// Nobody listens there.
        CONNECT_REFUSED(ErrorType.CONNECT_REFUSED),
        /// The connection was not open in time.
        CONNECT_TIMEOUT(ErrorType.CONNECT_TIMEOUT),
        /// The name has no address.
        DNS(ErrorType.DNS),
        /// The connection was reset.
        RESET(ErrorType.RESET),
        /// The connection ended in the middle of the answer.
        INCOMPLETE(ErrorType.INCOMPLETE),
        /// The answer was not HTTP.
        PROTOCOL(ErrorType.PROTOCOL),
        /// The answer's head was over its limit.
        HEADERS_TOO_LARGE(ErrorType.HEADERS_TOO_LARGE),
        /// The answer's body was over its limit.
        BODY_TOO_LARGE(ErrorType.BODY_TOO_LARGE),
        /// The answer's body was not JSON.
        INVALID_JSON(ErrorType.INVALID_JSON);

        final ErrorType error;

        Type(ErrorType error) {
            this.error = error;
        }
    }
}
