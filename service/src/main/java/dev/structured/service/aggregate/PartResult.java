package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one part came to.
sealed interface PartResult {

    /// Returns the word for it that an [AggregateObserver] gets.
    String outcome();

    /// The part is there, or something stands in for it.
    ///
    /// @param value what other parts see of it
    /// @param shown what the page has of it
    /// @param headers what the client gets of the answer's headers
    /// @param freshness how long it may be used
    /// @param failure why it is not as it should be; null when it is
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

        /// Returns the same, beside what is wrong with it.
        Present with(PartFailure wrong) {
            return new Present(value, shown, headers, freshness, wrong);
        }
    }

    /// The part is missing: its downstream was asked, or could not be.
    record Missing(PartFailure failure) implements PartResult {
        @Override
        public String outcome() {
            return failure.type().label();
        }
    }

    /// The part is missing because another one is whose value it needs; its downstream was not asked.
    record Skipped(PartFailure failure) implements PartResult {
        @Override
        public String outcome() {
            return "skipped";
        }
    }

    /// Nobody wants the part: its conditions do not hold, or those of a part that it needs.
    record NotAsked() implements PartResult {
        @Override
        public String outcome() {
            return "not_asked";
        }
    }

    /// Returns why the part is missing, or not as it should be; null when all is well.
    default @Nullable PartFailure failure() {
        return switch (this) {
            case Present present -> present.failure;
            case Missing missing -> missing.failure;
            case Skipped skipped -> skipped.failure;
            case NotAsked _ -> null;
        };
    }

    /// Returns true when there is no value.
    default boolean isMissing() {
        return this instanceof Missing || this instanceof Skipped;
    }
}
