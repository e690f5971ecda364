package dev.structured.service.check;

import dev.structured.service.config.ApplicationProtocol;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ProxyConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.RoutePath;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;
import java.util.List;

/// Checks a route that passes its requests on: it makes no page, so keys of pages are refused.
record ProxyCheck(ServiceConfig config, RouteConfig route, SourceMap places) {
    private static final List<String> OF_PAGES = List.of("parts", "batch", "quorum", "query",
            "requestHeaders", "cookies", "body",
            "params", "answer", "passProblem");

    void check() {
        ProxyConfig proxy = route.proxy();
        if (proxy == null) {
            checkPage();
            return;
        }
        for (String key : OF_PAGES) {
            if (places.has(route, key)) {
                places.report(route, key,
                        "is for pages, but the route has a 'proxy', which passes requests and "
                                + "answers on as they come; remove one of them");
            }
        }
        if (places.has(route, "method")) {
            places.report(route, "method",
                    "has no effect beside 'proxy', which answers all methods; remove it");
        }
        checkDownstream(proxy);
        checkPath(proxy);
    }

    private void checkPage() {
        if (places.has(route, "proxy") || !places.isSound(route, "path") || !route.pattern().isOpen()) return;
        places.report(route, "path",
                "ends in '**', which is for routes with a 'proxy'; write a parameter such as {id} for one"
                        + " segment");
    }

    private void checkDownstream(ProxyConfig proxy) {
        if (!places.isSound(proxy, "to") || config.downstreams().isEmpty()) return;
        DownstreamConfig downstream = config.downstreams().get(proxy.downstream());
        if (downstream == null) {
            places.report(proxy, "to", NameMessages.unknownDownstream(proxy.downstream(),
                    config.downstreams().keySet()));
            return;
        }
        if (!places.isSound(downstream, "protocol")) return;
        ApplicationProtocol protocol = downstream.protocol();
        if (protocol == ApplicationProtocol.H2 || protocol == ApplicationProtocol.H2C) {
            places.report(proxy, "to",
                    "names downstream '" + proxy.downstream() + "', whose 'protocol' is HTTP/2 only;"
                            + " requests are passed on by HTTP/1.1: write 'protocol: auto' there");
        }
    }

    private void checkPath(ProxyConfig proxy) {
        RoutePath path = proxy.path();
        if (path == null || !places.isSound(proxy, "path") || !places.isSound(route, "path")) return;
        if (!path.parameters().isEmpty()) {
            places.report(proxy, "path",
                    "has a parameter, but must be a path; only what '**' stands for is put into"
                            + " it");
        } else if (path.isOpen() && !route.pattern().isOpen()) {
            places.report(proxy, "path",
                    "ends in '**', but the route's path does not; end both so, or neither");
        } else if (!path.isOpen() && route.pattern().isOpen()) {
            places.report(proxy, "path",
                    "would lose what the route's '**' stands for; write e.g. '" + path.text() + "/**'");
        }
    }
}
