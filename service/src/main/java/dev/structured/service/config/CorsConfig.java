package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.time.Duration;
import java.util.List;

/// Which web pages of other origins may ask, and what (the WHATWG's Fetch standard, "CORS protocol").
///
/// @param origins the origins of these pages
/// @param methods the methods that they may use, beside GET, HEAD and POST, which need no permission
/// @param headers the headers that they may send, in lower case
/// @param exposedHeaders the headers of answers that they may read, in lower case
/// @param credentials whether browsers may send cookies and the like, and show the answers to them
/// @param maxAge how long a browser may remember the permission
/// @param privateNetwork whether pages of the public Internet may ask although the service is in a private
///     network
public record CorsConfig(
        @Key(fix = "add e.g. 'origins: [\"https://shop.example\"]', whose pages may ask", min = "1", max = "100", each = "origin", says = "The origins whose pages may ask: https://shop.example, "
                + "https://*.shop.example for its subdomains, \"null\" for pages without an origin, or \"*\" for all.") List<WebOrigin> origins,
        @Key(max = "5", each = "method", says = "The methods that they may use, beside GET, HEAD and POST.") List<Method> methods,
        @Key(preset = "content-type", max = "50", each = "header", type = HeaderName.class, says = "The headers that they may send.") List<String> headers,
        @Key(max = "50", each = "header", type = HeaderName.class, says = "The headers of answers that they may read, beside Cache-Control, Content-Type, Expires and the "
                + "like.") List<String> exposedHeaders,
        @Key(preset = "false", says = "Whether browsers may send cookies and certificates.") boolean credentials,
        @Key(preset = "10min", min = "0ms", max = "1440min", says = "How long a browser may remember the permission before it asks again.") Duration maxAge,
        @Key(preset = "false", says = "Whether pages of the public Internet may ask a service in a private network.") boolean privateNetwork) {

    public CorsConfig {
        origins = List.copyOf(origins);
        methods = List.copyOf(methods);
        headers = List.copyOf(headers);
        exposedHeaders = List.copyOf(exposedHeaders);
    }

    /// Returns true if pages of any origin may ask.
    public boolean allowsAll() {
        return origins.contains(WebOrigin.ANY);
    }

    /// Returns true if pages of an origin may ask.
    ///
    /// @param origin as a browser sends it
    public boolean allows(String origin) {
        return origins.stream().anyMatch(each -> each.matches(origin));
    }
}
