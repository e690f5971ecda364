package dev.structured.service.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.aggregate.CacheTerms;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Freshness;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.aggregate.SetCookies;
import dev.structured.service.client.CacheRules.Fields;
import dev.structured.service.config.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/// The relevant part of an answer's head: the form of the body, the freshness, and the headers that the
/// caller wants. Filled by one thread at a time.
final class ReplyHead {
    private static final String RETRY_AFTER = "retry-after";

    /// The longest text of a downstream that is shown to people, in characters.
    private static final int MOST_SHOWN = 100;

    private final Set<String> wanted;
    private Map<String, String> kept = Map.of();
    private long contentLength = -1;
    private boolean delimited;
    private @Nullable String transferEncoding;
    private @Nullable String contentEncoding;
    private @Nullable String contentType;
    private @Nullable String cacheControl;
    private @Nullable String age;
    private @Nullable String expires;
    private @Nullable String date;
    private @Nullable String vary;
    private @Nullable String etag;
    private @Nullable String lastModified;

    /// @param wanted the names of the headers that are kept, in lower case; `retry-after` always is
    ReplyHead(Set<String> wanted) {
        this.wanted = wanted;
    }

    void add(HttpField field) {
        HttpHeader name = field.getHeader();
        if (!wanted.isEmpty() && wanted.contains(field.getLowerCaseName())) {
            keep(field.getLowerCaseName(), field.getValue());
        } else if (name == HttpHeader.RETRY_AFTER) {
            keep(RETRY_AFTER, field.getValue());
        }
        if (name == null) return;
        switch (name) {
            case CONTENT_LENGTH -> contentLength = field.getLongValue();
            case TRANSFER_ENCODING -> transferEncoding = joined(transferEncoding, field.getValue());
            case CONTENT_ENCODING -> contentEncoding = codings(joined(contentEncoding, field.getValue()));
            case CONTENT_TYPE -> contentType = field.getValue();
            case CACHE_CONTROL -> cacheControl = joined(cacheControl, field.getValue());
            case AGE -> age = field.getValue();
            case EXPIRES -> expires = field.getValue();
            case DATE -> date = field.getValue();
            case VARY -> vary = joined(vary, field.getValue());
            case ETAG -> etag = field.getValue();
            case LAST_MODIFIED -> lastModified = field.getValue();
            default -> {
                // says nothing about the body
            }
        }
    }

    private void keep(String name, @Nullable String value) {
        if (kept.isEmpty()) kept = new HashMap<>();
        String text = value == null ? "" : value;
        kept.merge(name, text, (before, more) -> name.equals(SetCookies.NAME)
                ? SetCookies.add(before, more)
                : before + ", " + more);
    }

    private static String joined(@Nullable String before, @Nullable String value) {
        String text = value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
        return before == null ? text : before + ", " + text;
    }

    /// Leaves out the elements that say nothing: empty ones (RFC 9110, 5.6.1), and `identity`.
    ///
    /// @return null if no element is left
    private static @Nullable String codings(String list) {
        String left = Arrays.stream(list.split(",", -1)).map(String::strip)
                .filter(each -> !each.isEmpty() && !each.equals("identity"))
                .collect(Collectors.joining(", "));
        return left.isEmpty() ? null : left;
    }

    /// Returns the headers that are kept, by their names in lower case; several fields of one name are joined
    /// by commas, those of `Set-Cookie` in the way of [SetCookies].
    Map<String, String> kept() {
        return kept;
    }

    /// Returns the reply to a call of a part.
    ///
    /// @param body the JSON body of a 2xx; of any other status a problem, or a missing node
    /// @param keeps whether a cache reads the reply's terms; without one they say only how long a page with
    ///     the answer is fresh
    Reply reply(Call call, int status, JsonNode body, boolean keeps) {
        boolean reusable = call.method() == Method.GET
                && (HttpStatus.isSuccess(status) || call.validators() != null);
        if (!reusable) return new Reply(status, body, kept, Freshness.UNKNOWN);
        CacheTerms terms = keeps ? terms() : termsOfPage();
        return new Reply(status, body, kept, terms.freshness(call.hasCredentials()), terms);
    }

    /// Returns the answer's terms for caches.
    CacheTerms terms() {
        boolean silent = saysNoTime() && vary == null && etag == null && lastModified == null;
        return silent
                ? CacheTerms.NONE
                : CacheRules.read(new Fields(cacheControl, age, expires, date, vary, etag, lastModified));
    }

    /// Returns the terms that count for a page. Reads `Date`, which nearly every answer has, only if
    /// `Expires` is compared with it.
    private CacheTerms termsOfPage() {
        String any = vary != null && vary.contains("*") ? vary : null;
        String made = expires == null ? null : date;
        return saysNoTime() && any == null
                ? CacheTerms.NONE
                : CacheRules.read(new Fields(cacheControl, age, expires, made, any, null, null));
    }

    private boolean saysNoTime() {
        return cacheControl == null && expires == null;
    }

    /// Returns the announced length in bytes; -1 when there is none.
    long contentLength() {
        return contentLength;
    }

    /// Notes that the version of HTTP marks the end of the body.
    void delimited() {
        delimited = true;
    }

    /// Returns true if the end of the body is marked, and is not just the end of the connection.
    boolean isDelimited() {
        return delimited || contentLength >= 0 || transferEncoding != null;
    }

    /// Returns true if the transfer encoding can be read: none, or `chunked` alone.
    boolean isReadable() {
        return transferEncoding == null || transferEncoding.equals("chunked");
    }

    /// Returns true if the body is compressed or otherwise encoded.
    boolean isEncoded() {
        return contentEncoding != null;
    }

    /// Returns the content encodings without `identity`, joined by commas; null when there are none.
    @Nullable
    String contentEncoding() {
        return contentEncoding;
    }

    /// Returns true if the body is a problem (RFC 9457) that the call wants.
    boolean hasWantedProblem() {
        return wanted.contains(Call.WANTS_PROBLEM) && contentType != null
                && contentType.toLowerCase(Locale.ROOT).startsWith("application/problem+json");
    }

    /// Returns the declared form of the body, for people: its media type and its encoding.
    String kind() {
        String type = contentType == null ? "no content type" : "content type " + shown(contentType);
        return isEncoded() ? type + ", encoding " + shown(contentEncoding) : type;
    }

    /// Returns a text of a downstream as it is shown to people.
    static String shown(@Nullable String text) {
        String clean = HeadBuffer.printable(String.valueOf(text));
        return clean.length() <= MOST_SHOWN ? clean : clean.substring(0, MOST_SHOWN) + "…";
    }

    /// Returns true if the media type names no charset, UTF-8, or ASCII, which is UTF-8 too.
    boolean isUtf8() {
        if (contentType == null) return true;
        String charset = MimeTypes.getCharsetFromContentType(contentType);
        return charset == null || switch (charset.toLowerCase(Locale.ROOT)) {
            case "utf-8", "utf8", "us-ascii" -> true;
            default -> false;
        };
    }
}
