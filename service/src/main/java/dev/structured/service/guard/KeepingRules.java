package dev.structured.service.guard;

import static dev.structured.service.aggregate.CacheTerms.ABSENT;

import dev.structured.service.aggregate.CacheControl;
import dev.structured.service.aggregate.CacheTerms;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.CacheDirective;
import dev.structured.service.config.DownstreamConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Which answers of a downstream are kept, and how long they may be used: what the answer says, bounded by
/// what the file says.
///
/// The rules are those of a cache of many clients (RFC 9111), with `stale-while-revalidate` and
/// `stale-if-error` (RFC 5861). What the file has [ignored][CacheConfig#ignore] is as if the answer had not
/// said it. `s-maxage` forbids stale answers like `proxy-revalidate`, unless the same answer allows them by
/// name.
final class KeepingRules {
    /// How long an answer is kept for being confirmed when it can no longer be used.
    static final Duration CONFIRMABLE = Duration.ofHours(1);
    private static final long LONGEST_NANOS = TimeUnit.DAYS.toNanos(3_650);

    private final CacheConfig config;
    /// The names of the headers that calls have and their keys have not, in lower case.
    private final Set<String> unkeyed;

    /// @param config of the downstream's cache
    KeepingRules(CacheConfig config, DownstreamConfig downstream) {
        this.config = config;
        Set<String> names = new HashSet<>(downstream.send().names());
        names.add("x-request-id");
        downstream.deadlineHeaders().forEach(each -> names.add(each.headerName()));
        this.unkeyed = Set.copyOf(names);
    }

    /// Returns the answer as it is kept; null if it must not be kept, or if that is of no use.
    ///
    /// @param asked the time of the call, in the scheduler's nanoseconds. What the answer says counts from
    ///     there, because the time at which it was written is unknown
    /// @param now the time at which the answer came
    @Nullable
    KeptAnswer kept(Call call, Reply reply, long asked, long now) {
        CacheTerms terms = reply.terms();
        if (!mayBeStored(call, terms)) return null;
        CacheControl said = terms.directives();
        boolean always = said.noCache() && obeys(CacheDirective.NO_CACHE);
        long lifetime = obeys(CacheDirective.MAX_AGE) ? terms.lifetime() : ABSENT;
        long freshUntil = lifetime == ABSENT ? now + config.freshFor().toNanos() : asked + nanos(lifetime);
        if (always) freshUntil = Math.min(freshUntil - now, 0) + now;
        long refreshed = always
                ? 0
                : allowed(config.staleWhileRevalidate(),
                        CacheDirective.STALE_WHILE_REVALIDATE, said.staleWhileRevalidate(), said);
        long onFailure = always
                ? 0
                : allowed(config.staleFor(), CacheDirective.STALE_IF_ERROR,
                        said.staleIfError(), said);
        long confirmable = terms.validators() == null ? 0 : CONFIRMABLE.toNanos();
        long keptUntil = freshUntil + Math.max(confirmable, Math.max(refreshed, onFailure));
        if (keptUntil - now <= 0) return null;
        long saidUntil = asked + nanos(Math.max(0, reply.freshness().seconds()));
        return new KeptAnswer(reply, now, saidUntil, freshUntil, freshUntil + refreshed,
                freshUntil + onFailure, keptUntil, now);
    }

    private boolean mayBeStored(Call call, CacheTerms terms) {
        CacheControl said = terms.directives();
        if (said.noStore() && obeys(CacheDirective.NO_STORE)) return false;
        if (said.isPrivate() && obeys(CacheDirective.PRIVATE)) return false;
        if (obeys(CacheDirective.VARY) && varies(terms)) return false;
        if (!call.hasCredentials() || !obeys(CacheDirective.AUTHORIZATION)) return true;
        return said.allowsCredentials() && terms.lifetime() != ABSENT;
    }

    /// Returns true if `Vary` names something that the keys of answers do not have.
    private boolean varies(CacheTerms terms) {
        Set<String> vary = terms.vary();
        return vary != null && (terms.variesByAnything() || vary.stream().anyMatch(unkeyed::contains));
    }

    /// Returns for how long a stale answer may be used in one way, in nanoseconds.
    private long allowed(Duration most, CacheDirective directive, long seconds, CacheControl said) {
        boolean named = seconds != ABSENT && obeys(directive);
        if (said.mustRevalidate() && obeys(CacheDirective.MUST_REVALIDATE)) return 0;
        if (obeys(CacheDirective.PROXY_REVALIDATE)
                && (said.proxyRevalidate() || (said.sharedMaxAge() != ABSENT && !named))) {
            return 0;
        }
        return named ? Math.min(most.toNanos(), nanos(seconds)) : most.toNanos();
    }

    private boolean obeys(CacheDirective directive) {
        return config.obeys(directive);
    }

    private static long nanos(long seconds) {
        return Math.min(LONGEST_NANOS, TimeUnit.SECONDS.toNanos(seconds));
    }
}
