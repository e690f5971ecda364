package dev.structured.service.check;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.CorsConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RateLimitConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.yaml.SourceMap;

/// Checks what must hold between the keys of a file that are valid one by one. Checks skip a key that could
/// not be read: that has been reported, and would only cause further messages.
record Checks(ServiceConfig config, SourceMap places) {

    void run() {
        new TlsCheck(places).check(config.server());
        new ForwardedCheck(config.edge(), places).check();
        CorsConfig cors = config.edge().cors();
        if (cors != null) new CorsCheck(cors, places).check();
        if (places.isSound(config.problems())) new ProblemsCheck(config.problems(), places).check();
        if (places.isSound(config.server())) {
            new ConnectionsCheck(config.server().connections(), places).check();
            new TransferCheck(config.server().transfer(), places).check();
        }
        new StoreCheck(config, places).check();
        new AccessCheck(config, places).checkClients();
        new AccessCheck(config, places).checkIssuers();
        DownstreamChecks downstreams = new DownstreamChecks(places);
        config.downstreams().values().forEach(downstreams::check);
        new RoutesCheck(config.routes(), places).check();
        new PassedAccessCheck(config.routes(), places).check();
        config.routes().stream().filter(places::isSound).forEach(this::check);
    }

    private void check(RouteConfig route) {
        new ProxyCheck(config, route, places).check();
        new RouteChecks(route, places).check();
        new ParamChecks(route, places).check();
        new AccessCheck(config, places).check(route);
        checkLimit(route);
        new AnswerCheck(route, route.answer(), places).check(config.edge().compression());
        new BatchCheck(config.routes(), route, places).check();
        new QuorumCheck(route, places).check();
        CallChecks calls = new CallChecks(config, places);
        for (PartConfig part : route.parts().values()) {
            if (!places.isSound(part)) continue;
            calls.check(part);
            CallConfig call = part.call();
            if (call != null) {
                new BudgetCheck(route, call, places).check();
                new OutcomeChecks(config, part, call, places).check();
            }
            new ShapeChecks(part, places).check();
            new VariableCheck(route, part, places).check();
        }
        new PassedHeadersCheck(config, places).check(route);
        new CookieCheck(config, route, places).check();
        new NeedsCheck(route, places).check();
        new PageCheck(route, places).check();
    }

    private void checkLimit(RouteConfig route) {
        RateLimitConfig limit = route.rateLimit();
        if (limit == null || !places.isSound(limit, "by") || !places.isSound(route, "access")) return;
        if (limit.by() != RateLimitConfig.By.CALLER || route.access() != null) return;
        places.report(limit, "by",
                "is 'caller', but the route does not ask who that is; add 'access', or write 'by: address'");
    }
}
