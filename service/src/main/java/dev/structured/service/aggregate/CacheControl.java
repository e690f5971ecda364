package dev.structured.service.aggregate;

/// The directives of an answer's `Cache-Control` that apply to a cache of many clients (RFC 9111, RFC 5861).
///
/// `private` and `no-cache` may name single fields; they are taken for the whole answer.
///
/// @param maxAge `max-age` in seconds; this and the other numbers are [CacheTerms#ABSENT] if they are not
///     there
/// @param sharedMaxAge `s-maxage`
/// @param staleIfError the time after its freshness in which the answer may replace that of a failed call
/// @param staleWhileRevalidate the time after its freshness in which it may be used while it is refreshed
public record CacheControl(boolean noStore, boolean noCache, boolean isPrivate, boolean isPublic,
        boolean mustRevalidate, boolean proxyRevalidate, long maxAge, long sharedMaxAge, long staleIfError,
        long staleWhileRevalidate) {

    /// No directives.
    public static final CacheControl NONE = new CacheControl(false, false, false, false, false, false,
            CacheTerms.ABSENT, CacheTerms.ABSENT, CacheTerms.ABSENT, CacheTerms.ABSENT);

    /// Returns true if the answer to a call with credentials may be kept (RFC 9111, 3.5).
    public boolean allowsCredentials() {
        return isPublic || mustRevalidate || sharedMaxAge != CacheTerms.ABSENT;
    }
}
