package dev.structured.service.client;

import dev.structured.service.aggregate.HeaderField;
import dev.structured.service.aggregate.Passage;
import java.util.List;

/// A request that is passed on without header fields, and tells nothing of its times.
interface UntimedPassage extends Passage {
    @Override
    default List<HeaderField> fields() {
        return List.of();
    }

    @Override
    default void begin(int status, List<HeaderField> fields) {}

    @Override
    default boolean hasPassed() {
        return false;
    }

    @Override
    default long begunAt() {
        return 0;
    }

    @Override
    default long readAt() {
        return 0;
    }

    @Override
    default boolean isReading() {
        return false;
    }
}
