package dev.structured.service.check;

import dev.structured.service.config.EdgeConfig;
import dev.structured.service.yaml.SourceMap;

/// What must hold for the proxies that are believed.
record ForwardedCheck(EdgeConfig edge, SourceMap places) {

    void check() {
        if (!places.has(edge, "forwardedHeader") || places.has(edge, "trustedProxies")) return;
        places.report(edge, "forwardedHeader",
                "has no effect: without 'trustedProxies' nobody is believed; name them, or remove it");
    }
}
