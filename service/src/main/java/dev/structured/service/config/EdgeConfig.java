package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the public edge does for all routes alike.
///
/// @param cors which pages of other origins may ask; null for none
/// @param apiKeyHeader the header that has the key of a client, in lower case
/// @param trustedProxies the addresses of proxies whose word about a request's client is believed
/// @param forwardedHeader the header in which they name the client
/// @param admission whether pages are refused while there is more to do than can be done
/// @param priorityFrom the addresses whose `Priority` is believed
/// @param securityHeaders the headers that tell browsers what they must not do with an answer
/// @param compression how answers are compressed
public record EdgeConfig(
        @Key(says = "Which web pages of other origins may ask, by the browsers' rules (CORS); none unless it is "
                + "there.") @Nullable CorsConfig cors,
        @Key(preset = "x-api-key", type = HeaderName.class, says = "The header by which clients send their "
                + "keys.") String apiKeyHeader,
        @Key(max = "100", each = "range", says = "The addresses of the proxies in front whose word about a request's client is believed; "
                + "none unless it is there.") List<AddressRange> trustedProxies,
        @Key(preset = "x-forwarded-for", says = "The header in which they name the client; the other one is not read.") ForwardedHeader forwardedHeader,
        @Key(preset = "none", says = "Headers on every answer that tell browsers what they must not do with "
                + "it.") SecurityHeaders securityHeaders,
        @Key(says = "How answers are compressed for clients that accept it.") CompressionConfig compression,
        @Key(preset = "true", says = "Whether pages are refused (503) while there is more to do than can be done, "
                + "those of the lowest priority first.") boolean admission,
        @Key(max = "100", each = "range", says = "The addresses of clients and proxies whose Priority (RFC 9218) is believed: "
                + "its urgency replaces the priority of route and client; none unless it is "
                + "there.") List<AddressRange> priorityFrom) {

    /// Nothing.
    public static final EdgeConfig NONE = new EdgeConfig(null, "x-api-key", List.of(),
            ForwardedHeader.X_FORWARDED_FOR,
            SecurityHeaders.NONE, CompressionConfig.NONE, true, List.of());

    public EdgeConfig {
        trustedProxies = List.copyOf(trustedProxies);
        priorityFrom = List.copyOf(priorityFrom);
    }
}
