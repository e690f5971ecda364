package dev.structured.service.aggregate;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a part is not in the page, or not as it should be.
///
/// @param part the part's name
/// @param downstream the downstream's name; null for what no downstream is to blame for
/// @param type in which way it failed
/// @param status the downstream's HTTP status, where it answered with one
/// @param detail a sentence for the client: no host, no port, no stack
/// @param instead what stands in for it in the page
public record PartFailure(String part, @Nullable String downstream, ErrorType type, @Nullable Integer status,
        String detail, Instead instead) {

    /// What stands in for a part that failed.
    public enum Instead {
        /// Nothing, or null.
        NOTHING,
        /// The fixed value of the file.
        FALLBACK,
        /// The last good answer.
        STALE,
        /// The part itself, without some of its elements.
        REST;

        /// Returns the name for bodies and headers.
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A part with nothing in its place.
    public PartFailure(String part, @Nullable String downstream, ErrorType type, @Nullable Integer status,
            String detail) {
        this(part, downstream, type, status, detail, Instead.NOTHING);
    }

    /// Returns the same with something in its place.
    public PartFailure with(Instead standIn) {
        return new PartFailure(part, downstream, type, status, detail, standIn);
    }
}
