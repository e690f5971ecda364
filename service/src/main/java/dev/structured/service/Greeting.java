package dev.structured.service;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.server.ListenAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The lines that are printed when the service listens: its addresses, and commands to try.
final class Greeting {

    /// How to end the program.
    static final String LAST_LINE = "Ctrl+C or SIGTERM ends it in order, a second one at once.";

    private Greeting() {}

    /// Returns the lines.
    ///
    /// @param url returns the address of an embedded downstream for `demo:NAME`, and any other URL unchanged
    static List<String> of(Command.Serve command, ServiceConfig config, UnaryOperator<URI> url,
            Service.Ports ports) {
        boolean tls = config.server().tls() != null;
        String pages = url(tls ? "https" : "http", command.pages(), ports.pages());
        String admin = url("http", command.admin(), ports.admin());
        var lines = new ArrayList<String>();
        if (config.admin().record()) {
            lines.add("Look at:  " + reachable("http", command.admin(), ports.admin()) + "/ui/");
        }
        lines.add("Pages:    " + pages + "  " + config.routes().stream().map(Greeting::name)
                .collect(Collectors.joining("  ")));
        lines.add("Admin:    " + admin
                + "  /requests  /metrics  /tasks  /endpoints  /config  /log  /livez  /readyz");
        String margin = "Asks:     ";
        for (DownstreamConfig each : config.downstreams().values()) {
            lines.add(margin + addresses(each, url) + "  " + each.name()
                    + (each.isDemo() ? " (embedded)" : ""));
            margin = " ".repeat(margin.length());
        }
        List<String> curls = new ArrayList<>();
        config.routes().stream().filter(route -> route.method() == Method.GET && route.proxy() == null)
                .findFirst()
                .ifPresent(
                        route -> addCurls(
                                // Few authorities sign a certificate for 127.0.0.1.
                                tls ? "curl -k " : "curl ",
                                reachable(tls ? "https" : "http", command.pages(), ports.pages()), route,
                                config, curls));
        curls.add("curl " + reachable("http", command.admin(), ports.admin()) + "/metrics");
        String indent = "Try:      ";
        for (String curl : curls) {
            lines.add(indent + curl);
            indent = " ".repeat(indent.length());
        }
        lines.add(LAST_LINE);
        return lines;
    }

    private static String addresses(DownstreamConfig downstream, UnaryOperator<URI> url) {
        return downstream.endpoints().urls().stream().map(each -> url.apply(each).toString())
                .collect(Collectors.joining(", "));
    }

    /// Returns the route's path, with its method unless that is GET.
    private static String name(RouteConfig route) {
        return route.method() == Method.GET && route.proxy() == null ? route.path() : route.name();
    }

    private static void addCurls(String curl, String base, RouteConfig route, ServiceConfig config,
            List<String> curls) {
        String host = route.hosts().isEmpty()
                ? ""
                : "-H 'Host: " + (route.hosts().getFirst().isWildcard() ? "www." : "")
                        + route.hosts().getFirst().name() + "' ";
        String page = base + route.pattern().example();
        List<String> needed = new ArrayList<>();
        route.params().forEach((name, param) -> {
            if (!param.required()) return;
            boolean list = param.type() == ParamConfig.Type.ARRAY;
            int times = list && param.min() != null ? Math.clamp(param.min(), 1, 5) : 1;
            String pair = name + "=" + example(list ? param.elements() : param);
            for (int i = 0; i < times; i++) needed.add(pair);
        });
        String query = String.join("&", needed);
        String start = curl + host;
        curls.add(start + (query.isEmpty() ? page : "'" + page + "?" + query + "'"));
        chaos(route)
                .ifPresent(part -> curls.add(start + "'" + page + "?" + (query.isEmpty() ? "" : query + "&")
                        + "chaos=" + knob(part, config) + ":hang'"));
    }

    /// Returns a valid value of a parameter.
    private static String example(ParamConfig param) {
        if (!param.oneOf().isEmpty()) return param.oneOf().getFirst();
        Integer min = param.min();
        return switch (param.type()) {
            case BOOLEAN -> "true";
            case INTEGER, NUMBER -> min == null ? "1" : min.toString();
            default -> "a".repeat(min == null ? 1 : Math.clamp(min, 1, 40));
        };
    }

    /// Returns the name that the `chaos` parameter has for a part.
    private static String knob(PartConfig part, ServiceConfig config) {
        DownstreamConfig asked = part.downstream() == null
                ? null
                : config.downstreams().get(part.downstream());
        return asked != null && asked.isDemo()
                ? asked.endpoints().urls().getFirst().getSchemeSpecificPart()
                : part.name();
    }

    /// Returns the part that fails in the example: an optional one that passes `chaos` on, if there is one. A
    /// part with a budget is preferred, because its page comes sooner.
    private static Optional<PartConfig> chaos(RouteConfig route) {
        List<PartConfig> breakable = route.parts().values().stream()
                .filter(part -> !part.required() && route.query(part).passed().contains("chaos"))
                .toList();
        return breakable.stream().filter(Greeting::hasBudget).findFirst()
                .or(() -> breakable.stream().findFirst());
    }

    private static boolean hasBudget(PartConfig part) {
        CallConfig call = part.call();
        return call != null && call.budget() != null;
    }

    /// Returns the URL of a listener.
    ///
    /// @param scheme `http` or `https`
    static String url(String scheme, ListenAddress listen, int port) {
        String host = listen.host();
        return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /// Returns a URL at which this machine reaches the listener: `0.0.0.0` is not an address to connect to.
    private static String reachable(String scheme, ListenAddress listen, int port) {
        return switch (listen.host()) {
            case "0.0.0.0" -> scheme + "://127.0.0.1:" + port;
            case "::" -> scheme + "://[::1]:" + port;
            default -> url(scheme, listen, port);
        };
    }
}
