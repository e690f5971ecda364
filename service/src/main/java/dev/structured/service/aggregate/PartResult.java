package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The result of a part.
sealed interface PartResult {

    /// Returns the word for this result in [AggregateObserver#partEnded].
    String outcome();

    /// The part has a value, its own or a replacement.
    ///
    /// @param value the value for parts that need this one
    /// @param shown the value for the page
    /// @param headers the headers of the downstream's answer that the client receives
    /// @param freshness how long the value may be reused
    /// @param failure the reason why the value is replaced or incomplete; null if it is neither
    record Present(JsonNode value, JsonNode shown, Map<String, String> headers, Freshness freshness,
            @Nullable PartFailure failure) implements PartResult {
        @Override
        public String outcome() {
            if (failure == null) return "ok";
            return switch (failure.instead()) {
                case FALLBACK -> "fallback";
                case STALE -> "stale";
                case NOTHING, REST -> "partial";
            };
        }

        /// Returns this result with a failure.
        Present with(PartFailure wrong) {
            return new Present(value, shown, headers, freshness, wrong);
        }
    }

    /// The part is missing: its downstream failed, or could not be called.
    record Missing(PartFailure failure) implements PartResult {
        @Override
        public String outcome() {
            return failure.type().label();
        }
    }

    /// The part is missing because a part that it needs is missing. Its downstream was not called.
    record Skipped(PartFailure failure) implements PartResult {
        @Override
        public String outcome() {
            return "skipped";
        }
    }

    /// The part was not asked for: its conditions do not hold, or those of a part that it takes values from.
    record NotAsked() implements PartResult {
        @Override
        public String outcome() {
            return "not_asked";
        }
    }

    /// Returns the reason why the part is missing, replaced or incomplete; null if it is none of these.
    default @Nullable PartFailure failure() {
        return switch (this) {
            case Present present -> present.failure;
            case Missing missing -> missing.failure;
            case Skipped skipped -> skipped.failure;
            case NotAsked _ -> null;
        };
    }

    /// Returns true if the part should have a value and has none.
    default boolean isMissing() {
        return this instanceof Missing || this instanceof Skipped;
    }
}
