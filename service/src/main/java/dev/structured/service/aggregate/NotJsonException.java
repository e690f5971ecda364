package dev.structured.service.aggregate;

import com.fasterxml.jackson.core.JsonLocation;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// Bytes are not one JSON value by the rules of [StrictJson].
public final class NotJsonException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient @Nullable JsonLocation place;

    /// @param why what is wrong, as the rest of a sentence; nothing of the bytes is in it
    NotJsonException(String why, @Nullable JsonLocation place, @Nullable Throwable cause) {
        super(why, cause);
        this.place = place;
    }

    /// Returns what is wrong, as the rest of a sentence: "is empty".
    public String why() {
        return String.valueOf(getMessage());
    }

    /// Returns where it is wrong; null where that is not known.
    public @Nullable JsonLocation place() {
        return place;
    }
}
