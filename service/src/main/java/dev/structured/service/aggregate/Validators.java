package dev.structured.service.aggregate;

import org.jspecify.annotations.Nullable;

/// The names that a downstream gave to a version of an answer, with which it can be asked whether that
/// version is still current (RFC 9110, 8.8). At least one of them is not null.
///
/// @param etag the entity tag as it is written, `"…"` or `W/"…"`; null for none
/// @param lastModified the date as the downstream wrote it; null for none
public record Validators(@Nullable String etag, @Nullable String lastModified) {

    /// Returns true if an answer that says "not modified" and has these validators confirms the version with
    /// the others (RFC 9111, 4.3.4): a strong tag must be the same, a weak one may differ in strength, and an
    /// answer without validators confirms the requested version.
    ///
    /// @param kept the validators that were sent
    /// @param told the validators of the answer; null for none
    public static boolean areConfirmed(Validators kept, @Nullable Validators told) {
        if (told == null) return true;
        if (told.etag != null) {
            if (kept.etag == null) return false;
            return isWeak(told.etag)
                    ? opaque(told.etag).equals(opaque(kept.etag))
                    : told.etag.equals(kept.etag);
        }
        return kept.lastModified == null || kept.lastModified.equals(told.lastModified);
    }

    private static boolean isWeak(String tag) {
        return tag.startsWith("W/");
    }

    private static String opaque(String tag) {
        return isWeak(tag) ? tag.substring(2) : tag;
    }
}
