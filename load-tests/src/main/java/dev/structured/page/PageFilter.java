package dev.structured.page;

import java.util.Map;
import java.util.function.Function;

/// A filter of the edge that may stand before the page, and what a request needs to pass it.
enum PageFilter {
    SECURITY_HEADERS("security headers", "edge: {securityHeaders: api}", "", _ -> Map.of()),

    CORS("CORS", "edge: {cors: {origins: [\"https://shop.example\"]}}", "",
            _ -> Map.of("Origin", "https://shop.example")),

    /// The hash is that of `demo-web-key`.
    API_KEY("API key",
            "clients: {web: {keys: \"sha256:"
                    + "742aa448448fa95823a8dd6136752019b25af04d56f8f47eba37db1f7e27df12\"}}",
            "access: {clients: [web]}", _ -> Map.of("X-API-Key", "demo-web-key")),

    /// A token of one issuer, signed by ES256.
    TOKEN("token",
            "issuers: {demo: {issuer: \"https://issuer.example\", audience: page, "
                    + "from: issuer, path: /keys}}",
            "access: {issuers: [demo]}", issuer -> Map.of("Authorization", "Bearer " + issuer.token())),

    RATE_LIMIT("rate limit", "", "rateLimit: {requests: 1000000, per: 1s, by: address}", _ -> Map.of()),

    ETAG("ETag", "", "answer: {etag: true}", _ -> Map.of()),

    /// Of the whole page, however small it is.
    GZIP("gzip", "edge: {compression: {encodings: [gzip], from: 0B}}", "",
            _ -> Map.of("Accept-Encoding", "gzip")),

    HOST("host", "", "hosts: [127.0.0.1]", _ -> Map.of());

    final String words;
    private final String ofFile;
    private final String ofRoute;
    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final Function<DemoIssuer, Map<String, String>> headers;

    PageFilter(String words, String ofFile, String ofRoute,
            Function<DemoIssuer, Map<String, String>> headers) {
        this.words = words;
        this.ofFile = ofFile;
        this.ofRoute = ofRoute;
        this.headers = headers;
    }

    /// Returns a configuration with this filter.
    ///
    /// @param routes the configuration without it
    String in(String routes, DemoIssuer issuer) {
        String keys = ofRoute.isEmpty() ? "" : "    " + ofRoute + "\n";
        return ofFile + "\n" + routes
                .replace("downstreams:\n", "downstreams:\n  issuer: {url: \"" + issuer.url() + "\"}\n")
                .replace("    deadline: 10s\n", "    deadline: 10s\n" + keys);
    }

    /// Returns the headers of a request that passes it.
    Map<String, String> headers(DemoIssuer issuer) {
        return headers.apply(issuer);
    }
}
