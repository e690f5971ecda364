package dev.structured.service.config;

import dev.structured.service.yaml.ChoiceType;

/// An encoding that the body of an answer may have. Its label is its name in HTTP.
public enum ContentCoding implements Labelled {
    /// RFC 1952.
    GZIP,
    /// RFC 8878.
    ZSTD,
    /// RFC 7932, Brotli.
    BR;

    /// The type of content codings.
    public static final ChoiceType<ContentCoding> TYPE = ChoiceType.of(ContentCoding.class,
            ContentCoding::label);
}
