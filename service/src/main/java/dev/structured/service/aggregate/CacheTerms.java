package dev.structured.service.aggregate;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The terms that the head of an answer sets for caches (RFC 9111), before the configuration changes them.
///
/// @param control null if there is no `Cache-Control`
/// @param age the seconds that the answer had spent in other caches
/// @param expires the seconds since 1970 until which it is fresh; 0 if they cannot be read, [#ABSENT] for
///     none
/// @param date the time at which it was made, in seconds since 1970; [#ABSENT] if unknown
/// @param vary the names in `Vary`, in lower case; null if there is no such header
/// @param validators null for none
public record CacheTerms(@Nullable CacheControl control, long age, long expires, long date,
        @Nullable Set<String> vary, @Nullable Validators validators) {
    /// Stands for a number that is not there.
    public static final long ABSENT = -1;
    /// The terms of an answer without such headers.
    public static final CacheTerms NONE = new CacheTerms(null, 0, ABSENT, ABSENT, null, null);

    /// Returns the directives of the answer's `Cache-Control`.
    public CacheControl directives() {
        return control == null ? CacheControl.NONE : control;
    }

    /// Returns the number of seconds from its arrival for which the answer is fresh; [#ABSENT] if it does not
    /// say.
    public long lifetime() {
        long said = said();
        return said == ABSENT ? ABSENT : Math.max(0, said - age);
    }

    private long said() {
        CacheControl directives = directives();
        if (directives.sharedMaxAge() != ABSENT) return directives.sharedMaxAge();
        if (directives.maxAge() != ABSENT) return directives.maxAge();
        if (expires == ABSENT) return ABSENT;
        return date == ABSENT ? 0 : Math.max(0, expires - date);
    }

    /// Returns true if the answer is one of several for the same call that cannot be told apart (`Vary: *`).
    public boolean variesByAnything() {
        return vary != null && vary.contains("*");
    }

    /// Returns the freshness of a page with the answer.
    ///
    /// @param credentials true if the call had credentials: its answer is for one client, unless the answer
    ///     says otherwise
    public Freshness freshness(boolean credentials) {
        CacheControl directives = directives();
        if (directives.noStore() || directives.noCache() || variesByAnything()) return Freshness.NONE;
        boolean shared = !directives.isPrivate() && (!credentials || directives.allowsCredentials());
        long seconds = lifetime();
        if (seconds != ABSENT) return new Freshness(true, seconds, shared);
        return shared ? Freshness.UNKNOWN : new Freshness(false, 0, false);
    }

    /// Returns the terms of a kept answer after the downstream has confirmed it: each header that it sent
    /// again replaces the kept one (RFC 9111, 3.2). If the new headers have no date, an old `Expires` counts
    /// as passed.
    public CacheTerms updatedBy(CacheTerms newer) {
        return new CacheTerms(newer.control == null ? control : newer.control, newer.age,
                newer.expires == ABSENT ? expires : newer.expires, newer.date,
                newer.vary == null ? vary : newer.vary, updated(validators, newer.validators));
    }

    private static @Nullable Validators updated(@Nullable Validators kept, @Nullable Validators newer) {
        if (kept == null || newer == null) return newer == null ? kept : newer;
        return new Validators(newer.etag() == null ? kept.etag() : newer.etag(),
                newer.lastModified() == null ? kept.lastModified() : newer.lastModified());
    }
}
