package dev.structured.service.config;

import dev.structured.service.yaml.Key;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A whole configuration file.
///
/// @param include nothing: what was included is in the other components
/// @param server the limits of the public edge
/// @param admin what the admin listener shows of requests
/// @param edge what the public edge does for all routes alike
/// @param problems how problems look
/// @param defaults nothing: what it says is in the routes and downstreams
/// @param store what replicas share; null for nothing
/// @param clients the clients that are known by a key, by name
/// @param issuers the issuers of tokens, by name
/// @param downstreams the downstreams by name, in the file's order
/// @param routes the routes in the file's order; of those for the same host the first one that fits a request
///     answers it
public record ServiceConfig(
        @Key(max = "100", single = true, each = "file", type = IncludedFile.class, says = "Files whose downstreams, routes and other keys belong to this one, relative to it and below its folder.") List<String> include,
        @Key(says = "Limits of the public edge.") ServerConfig server,
        @Key(says = "What the admin listener shows of requests.") AdminConfig admin,
        @Key(says = "What the public edge does for all routes alike.") EdgeConfig edge,
        @Key(says = "How the service's own problems (errors, RFC 9457) look.") ProblemsConfig problems,
        @Key(says = "Values for keys that routes and downstreams do not have themselves.") DefaultsConfig defaults,
        @Key(says = "What replicas of the service share: a Redis or Valkey server.") @Nullable StoreConfig store,
        @Key(max = "1000", each = "client", says = "The clients that are known by a key, by name.") Map<String, ClientConfig> clients,
        @Key(max = "20", each = "issuer", says = "The issuers of tokens (JWT) whose bearers may ask, by name.") Map<String, IssuerConfig> issuers,
        @Key(elsewhere = "upstreams services backends clusters", fix = "add the servers that are asked, each with a 'url'", min = "1", max = "1000", each = "downstream", says = "The servers that parts are asked of, by name.") Map<String, DownstreamConfig> downstreams,
        @Key(elsewhere = "endpoints paths", fix = "add at least one, with 'path', 'deadline' and 'parts'", min = "1", max = "1000", each = "route", says = "The routes; of several that fit a request, those for its host come "
                + "first, and of these the first one of the file answers it.") List<RouteConfig> routes) {

    public ServiceConfig {
        include = List.of();
        clients = Collections.unmodifiableMap(new LinkedHashMap<>(clients));
        issuers = Collections.unmodifiableMap(new LinkedHashMap<>(issuers));
        downstreams = Collections.unmodifiableMap(new LinkedHashMap<>(downstreams));
        routes = List.copyOf(routes);
    }
}
