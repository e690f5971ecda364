package dev.structured.service.aggregate;

/// The directives of an answer's `Cache-Control` that count for a cache of many clients (RFC 9111, RFC 5861).
///
/// `private` and `no-cache` may name single fields; they are taken for the whole answer.
///
/// @param maxAge in seconds; [CacheTerms#ABSENT] if it is not there, as with the other numbers
/// @param sharedMaxAge `s-maxage`
/// @param staleIfError for how long after its freshness the answer may replace that of a failed call
/// @param staleWhileRevalidate for how long it may be used while it is asked for again
public record CacheControl(boolean noStore, boolean noCache, boolean isPrivate, boolean isPublic,
        boolean mustRevalidate, boolean proxyRevalidate, long maxAge, long sharedMaxAge, long staleIfError,
        long staleWhileRevalidate) {

    /// Says nothing.
    public static final CacheControl NONE = new CacheControl(false, false, false, false, false, false,
            CacheTerms.ABSENT, CacheTerms.ABSENT, CacheTerms.ABSENT, CacheTerms.ABSENT);

    /// Returns true if it allows that the answer to a call with credentials is kept (RFC 9111, 3.5).
    public boolean allowsCredentials() {
        return isPublic || mustRevalidate || sharedMaxAge != CacheTerms.ABSENT;
    }
}
