package dev.structured.service.client;

import dev.structured.service.aggregate.CacheControl;
import dev.structured.service.aggregate.CacheTerms;
import dev.structured.service.aggregate.Validators;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpDateTime;
import org.jspecify.annotations.Nullable;

/// Reads the terms for caches from the head of an answer (RFC 9111, RFC 5861).
///
/// A number that cannot be read is 0, and so is a date: the answer is not used for longer than it says.
final class CacheRules {
    /* The longest time; RFC 9111 asks for at least 2^31 seconds. */
    private static final long LONGEST = 1L << 31;
    /* A longer tag costs more than the answer is worth. */
    private static final int LONGEST_TAG = 200;

    private boolean noStore;
    private boolean noCache;
    private boolean isPrivate;
    private boolean isPublic;
    private boolean mustRevalidate;
    private boolean proxyRevalidate;
    private long maxAge = CacheTerms.ABSENT;
    private long sharedMaxAge = CacheTerms.ABSENT;
    private long staleIfError = CacheTerms.ABSENT;
    private long staleWhileRevalidate = CacheTerms.ABSENT;

    private CacheRules() {}

    /// The headers of an answer about its reuse; each null if it is not there. Several fields of one name are
    /// joined by commas.
    record Fields(@Nullable String cacheControl, @Nullable String age, @Nullable String expires,
            @Nullable String date, @Nullable String vary, @Nullable String etag,
            @Nullable String lastModified) {}

    /// Returns the terms that the fields express.
    static CacheTerms read(Fields fields) {
        String age = fields.age;
        return new CacheTerms(fields.cacheControl == null ? null : control(fields.cacheControl),
                age == null ? 0 : number(age.strip()), expires(fields.expires), seconds(fields.date),
                fields.vary == null ? null : names(fields.vary),
                validators(fields.etag, fields.lastModified));
    }

    private static CacheControl control(String text) {
        CacheRules rules = new CacheRules();
        for (String directive : text.split(",", -1)) {
            int equals = directive.indexOf('=');
            String name = (equals < 0 ? directive : directive.substring(0, equals)).strip()
                    .toLowerCase(Locale.ROOT);
            rules.add(name, equals < 0 ? "" : unquoted(directive.substring(equals + 1).strip()));
        }
        return new CacheControl(rules.noStore, rules.noCache, rules.isPrivate, rules.isPublic,
                rules.mustRevalidate, rules.proxyRevalidate, rules.maxAge, rules.sharedMaxAge,
                rules.staleIfError, rules.staleWhileRevalidate);
    }

    private void add(String name, String value) {
        switch (name) {
            case "no-store" -> noStore = true;
            case "no-cache" -> noCache = true;
            case "private" -> isPrivate = true;
            case "public" -> isPublic = true;
            case "must-revalidate" -> mustRevalidate = true;
            case "proxy-revalidate" -> proxyRevalidate = true;
            case "max-age" -> maxAge = number(value);
            case "s-maxage" -> sharedMaxAge = number(value);
            case "stale-if-error" -> staleIfError = number(value);
            case "stale-while-revalidate" -> staleWhileRevalidate = number(value);
            default -> {
                // has no meaning here
            }
        }
    }

    private static long expires(@Nullable String text) {
        return text == null ? CacheTerms.ABSENT : Math.max(0, seconds(text));
    }

    private static long seconds(@Nullable String date) {
        long millis = date == null ? -1 : HttpDateTime.parseToEpoch(date);
        return millis < 0 ? CacheTerms.ABSENT : millis / 1_000;
    }

    private static Set<String> names(String vary) {
        Set<String> names = new TreeSet<>();
        for (String name : vary.split(",", -1)) names.add(name.strip().toLowerCase(Locale.ROOT));
        names.remove("");
        return Set.copyOf(names);
    }

    private static @Nullable Validators validators(@Nullable String etag, @Nullable String lastModified) {
        String tag = etag != null && isTag(etag.strip()) ? etag.strip() : null;
        String date = lastModified == null || seconds(lastModified) == CacheTerms.ABSENT
                ? null
                : lastModified.strip();
        return tag == null && date == null ? null : new Validators(tag, date);
    }

    private static boolean isTag(String text) {
        int from = text.startsWith("W/") ? 3 : 1;
        if (text.length() <= from || text.length() > LONGEST_TAG) return false;
        return text.charAt(from - 1) == '"' && text.indexOf('"', from) == text.length() - 1
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    /// Returns a number of seconds; 0 if the text is not a number.
    private static long number(String digits) {
        long value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') return 0;
            value = Math.min(LONGEST, value * 10 + (c - '0'));
        }
        return value;
    }
}
