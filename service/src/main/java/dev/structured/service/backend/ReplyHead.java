package dev.structured.service.backend;

import java.util.Locale;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/// What an answer's head says about its body; filled by one thread at a time.
final class ReplyHead {
    private long contentLength = -1;
    private @Nullable String transferEncoding;
    private @Nullable String contentEncoding;
    private @Nullable String contentType;

    void add(HttpField field) {
        HttpHeader name = field.getHeader();
        if (name == null) return;
        switch (name) {
            case CONTENT_LENGTH -> contentLength = field.getLongValue();
            case TRANSFER_ENCODING -> transferEncoding = joined(transferEncoding, field.getValue());
            case CONTENT_ENCODING -> contentEncoding = joined(contentEncoding, field.getValue());
            case CONTENT_TYPE -> contentType = field.getValue();
            default -> {
                // says nothing about the body
            }
        }
    }

    private static String joined(@Nullable String before, @Nullable String value) {
        String text = value == null ? "" : value.strip().toLowerCase(Locale.ROOT);
        return before == null ? text : before + ", " + text;
    }

    /// Returns the announced length in bytes; -1 when there is none.
    long contentLength() {
        return contentLength;
    }

    /// Returns true when the end of the body is marked, rather than being wherever the connection ends.
    boolean isDelimited() {
        return contentLength >= 0 || transferEncoding != null;
    }

    /// Returns true when the transfer encoding is one that we read: none, or `chunked` alone.
    boolean isReadable() {
        return transferEncoding == null || transferEncoding.equals("chunked");
    }

    /// Returns true when the body is compressed or otherwise encoded. No request of ours accepts that.
    boolean isEncoded() {
        return contentEncoding != null && !contentEncoding.equals("identity") && !contentEncoding.isEmpty();
    }

    /// Returns true when the media type names no charset, or UTF-8, or ASCII, which is UTF-8 too.
    boolean isUtf8() {
        if (contentType == null) return true;
        String charset = MimeTypes.getCharsetFromContentType(contentType);
        return charset == null || switch (charset.toLowerCase(Locale.ROOT)) {
            case "utf-8", "utf8", "us-ascii" -> true;
            default -> false;
        };
    }
}
