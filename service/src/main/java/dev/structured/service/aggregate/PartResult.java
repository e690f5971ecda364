package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;

/// What one part came to.
sealed interface PartResult {

    /// Returns the word for it that an [AggregateObserver] gets.
    String outcome();

    /// The part is there.
    record Present(JsonNode value) implements PartResult {
        @Override
        public String outcome() {
            return "ok";
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
}
