package dev.structured.service.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.config.AccessConfig;
import dev.structured.service.config.HostPattern;
import dev.structured.service.config.PathSegment;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.RoutePath;
import dev.structured.service.config.ServiceConfig;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Describes the routes of a configuration as an OpenAPI 3.1 document: their parameters, their answers, and
/// the fields of their pages as far as the file defines them.
public final class OpenApi {
    /// The media type of the description as JSON.
    public static final String MEDIA_TYPE = "application/vnd.oai.openapi+json";

    private static final String API_KEY = "apiKey";
    private static final String BEARER = "bearer";
    private static final String ALTERNATIVES = "x-alternatives";

    private final ServiceConfig config;
    private final ObjectNode document = JsonNodeFactory.instance.objectNode();
    private final Map<RouteConfig, String> names = new LinkedHashMap<>();
    /// The path under which a route appears, by its path without the names of parameters: OpenAPI does not
    /// allow two paths that differ only in these.
    private final Map<String, String> paths = new LinkedHashMap<>();

    private OpenApi(ServiceConfig config) {
        this.config = config;
        for (RouteConfig route : config.routes()) names.put(route, free(name(route)));
    }

    /// Returns the description.
    public static ObjectNode of(ServiceConfig config) {
        return new OpenApi(config).document();
    }

    private ObjectNode document() {
        document.put("openapi", "3.1.0");
        document.putObject("info")
                .put("title", "Pages")
                .put("version", "1")
                .put("description", "Pages that are assembled from the answers of several downstreams. "
                        + "A page may lack optional parts: 'missing' names them and says why.");
        document.putArray("servers").addObject().put("url", "/");
        document.putArray("security");
        ObjectNode all = document.putObject("paths");
        for (RouteConfig route : config.routes()) {
            ObjectNode item = all.withObjectProperty(path(route));
            ProxyConfig proxy = route.proxy();
            if (proxy == null) add(route, item);
            else
                passed(route, proxy, item);
        }
        components();
        return document;
    }

    /// Adds a route's operation. OpenAPI has no place for a second one of the same method and path, whatever
    /// the types of its parameters: that becomes an extension of the first one.
    private void add(RouteConfig route, ObjectNode item) {
        ObjectNode operation = operation(route);
        if (!(item.get(route.method().label()) instanceof ObjectNode first)) {
            item.set(route.method().label(), operation);
            return;
        }
        first.put("description", "The first route whose host and path fit answers: this one, or one of "
                + ALTERNATIVES + ".");
        first.withArrayProperty(ALTERNATIVES).add(operation.put("x-path", route.path()));
    }

    private String path(RouteConfig route) {
        RoutePath pattern = route.pattern();
        String rest = rest(pattern);
        String path = rest == null ? pattern.template() : pattern.template() + "/{" + rest + "}";
        return paths.computeIfAbsent(path.replaceAll("\\{[^}]*}", "{}"), _ -> path);
    }

    /// Returns the name for what `**` of a path stands for; null if the path does not end so.
    static @Nullable String rest(RoutePath pattern) {
        if (!pattern.isOpen()) return null;
        String name = "path";
        while (pattern.parameters().contains(name))
            name += "_";
        return name;
    }

    private void passed(RouteConfig route, ProxyConfig proxy, ObjectNode item) {
        ArrayNode security = JsonNodeFactory.instance.arrayNode();
        if (route.access() != null) security(security, route.access());
        new ProxyDescription(config, route, proxy).addTo(item, names.getOrDefault(route, ""), security);
    }

    /// Adds the hosts of a route that is not for all hosts.
    static void servers(RouteConfig route, ObjectNode operation) {
        for (HostPattern host : route.hosts()) {
            ObjectNode server = operation.withArrayProperty("servers").addObject()
                    .put("url", "//" + (host.isWildcard() ? "{below}." : "") + host.name());
            if (!host.isWildcard()) continue;
            server.putObject("variables").putObject("below").put("default", "www")
                    .put("description", "One label or several.");
        }
    }

    private ObjectNode operation(RouteConfig route) {
        String name = names.getOrDefault(route, "");
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        operation.put("operationId", Character.toLowerCase(name.charAt(0)) + name.substring(1));
        operation.put("summary", route.batch() == null
                ? "A page of " + Words.list(route.parts().keySet().stream().toList())
                : "Pages of " + route.batch().route());
        servers(route, operation);
        if (route.access() != null) security(operation.putArray("security"), route.access());
        new RequestDescription(config, route, path(route)).addTo(operation);
        new ResponseDescription(config, route, name, names).addTo(operation);
        return operation;
    }

    private void components() {
        ObjectNode components = document.putObject("components");
        ObjectNode schemas = components.putObject("schemas");
        names.forEach((route, name) -> {
            if (route.batch() == null && route.proxy() == null) schemas.set(name, PageSchema.of(route));
        });
        CommonSchemas.addTo(components, config.problems());
        ObjectNode schemes = JsonNodeFactory.instance.objectNode();
        if (config.routes().stream()
                .anyMatch(route -> route.access() != null && !route.access().clients().isEmpty())) {
            schemes.putObject(API_KEY).put("type", "apiKey").put("in", "header").put("name",
                    config.edge().apiKeyHeader());
        }
        if (config.routes().stream()
                .anyMatch(route -> route.access() != null && !route.access().issuers().isEmpty())) {
            schemes.putObject(BEARER).put("type", "http").put("scheme", "bearer").put("bearerFormat", "JWT");
        }
        if (!schemes.isEmpty()) components.set("securitySchemes", schemes);
    }

    /// Either a key or a token will do.
    private static void security(ArrayNode either, AccessConfig access) {
        if (!access.clients().isEmpty()) either.addObject().putArray(API_KEY);
        if (access.issuers().isEmpty()) return;
        ArrayNode scopes = either.addObject().putArray(BEARER);
        access.scopes().forEach(scopes::add);
    }

    /// Returns the name of a route's page schema, e.g. `GetProductsById` for `GET /products/{id}`.
    private static String name(RouteConfig route) {
        StringBuilder name = new StringBuilder(
                route.proxy() == null ? capital(route.method().label()) : "Proxy");
        for (PathSegment segment : route.pattern().segments()) {
            if (segment.parameter() != null) name.append("By");
            for (String word : segment.plain().split("[^A-Za-z0-9]+", -1)) name.append(capital(word));
        }
        return name.toString();
    }

    private static String capital(String word) {
        return word.isEmpty() ? "" : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private String free(String name) {
        String free = name;
        for (int i = 2; names.containsValue(free) || CommonSchemas.NAMES.contains(free); i++)
            free = name + i;
        return free;
    }
}
