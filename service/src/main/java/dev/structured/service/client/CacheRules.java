package dev.structured.service.client;

import dev.structured.service.aggregate.Freshness;
import java.util.Locale;
import org.eclipse.jetty.http.HttpDateTime;
import org.jspecify.annotations.Nullable;

/// Reads the freshness of an answer from its head, by the rules for a shared cache (RFC 9111).
///
/// `no-store`, `no-cache`, `Vary: *` and values that cannot be read mean that the answer must not be kept.
/// The lifetime counts from the answer's arrival; the reader subtracts the time that the call took.
final class CacheRules {
    /* The longest lifetime; RFC 9111 asks for at least 2^31. */
    private static final long LONGEST = 1L << 31;
    private static final long ABSENT = -1;

    private boolean none;
    private boolean forOne;
    private boolean forAll;
    private long maxAge = ABSENT;
    private long sharedMaxAge = ABSENT;

    private CacheRules() {}

    /// Returns the freshness of an answer.
    ///
    /// @param cacheControl the value of `Cache-Control`, several joined by commas; null if there is none, as
    ///     with the others
    /// @param credentials true if the call had credentials: its answer is for one client, unless the answer
    ///     says otherwise
    static Freshness read(@Nullable String cacheControl, @Nullable String age, @Nullable String expires,
            @Nullable String date, @Nullable String vary, boolean credentials) {
        CacheRules rules = new CacheRules();
        if (cacheControl != null) rules.readDirectives(cacheControl);
        if (vary != null && vary.contains("*")) rules.none = true;
        if (rules.none) return Freshness.NONE;
        boolean shared = !rules.forOne && (!credentials || rules.forAll);
        long seconds = rules.lifetime(expires, date);
        if (seconds == ABSENT) return shared ? Freshness.UNKNOWN : new Freshness(false, 0, false);
        long old = age == null ? 0 : Math.max(0, number(age.strip(), 0));
        return new Freshness(true, Math.max(0, seconds - old), shared);
    }

    private void readDirectives(String text) {
        for (String directive : text.split(",", -1)) {
            int equals = directive.indexOf('=');
            String name = (equals < 0 ? directive : directive.substring(0, equals)).strip()
                    .toLowerCase(Locale.ROOT);
            String value = equals < 0 ? "" : unquoted(directive.substring(equals + 1).strip());
            readDirective(name, value);
        }
    }

    /* `private` and `no-cache` may name single fields; a cache of bodies takes that for the whole answer. */
    private void readDirective(String name, String value) {
        switch (name) {
            case "no-store", "no-cache" -> none = true;
            case "private" -> forOne = true;
            case "public" -> forAll = true;
            case "max-age" -> maxAge = number(value, 0);
            case "s-maxage" -> {
                sharedMaxAge = number(value, 0);
                forAll = true;
            }
            default -> {
                // has no meaning here
            }
        }
    }

    private long lifetime(@Nullable String expires, @Nullable String date) {
        if (sharedMaxAge != ABSENT) return sharedMaxAge;
        if (maxAge != ABSENT) return maxAge;
        if (expires == null) return ABSENT;
        long until = HttpDateTime.parseToEpoch(expires);
        long from = date == null ? ABSENT : HttpDateTime.parseToEpoch(date);
        return until < 0 || from < 0 ? 0 : Math.clamp((until - from) / 1_000, 0, LONGEST);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /// Returns a number of seconds; `other` if the text is not a number.
    private static long number(String digits, long other) {
        if (digits.isEmpty()) return other;
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') return other;
            value = Math.min(LONGEST, value * 10 + (c - '0'));
        }
        return value;
    }
}
