package dev.structured.service.aggregate;

import com.fasterxml.jackson.core.JsonLocation;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// The bytes are not a single JSON value by the rules of [StrictJson].
public final class NotJsonException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient @Nullable JsonLocation place;

    /// @param why the mistake as the rest of a sentence; must not contain any of the bytes
    NotJsonException(String why, @Nullable JsonLocation place, @Nullable Throwable cause) {
        super(why, cause);
        this.place = place;
    }

    /// Returns the mistake as the rest of a sentence: "is empty".
    public String why() {
        return String.valueOf(getMessage());
    }

    /// Returns the place of the mistake; null if it is not known.
    public @Nullable JsonLocation place() {
        return place;
    }
}
