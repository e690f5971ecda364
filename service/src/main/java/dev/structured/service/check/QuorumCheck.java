package dev.structured.service.check;

import dev.structured.service.config.PartConfig;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;

/// Checks the quorums of a route.
record QuorumCheck(RouteConfig route, SourceMap places) {

    void check() {
        route.quorum().values().stream().filter(places::isSound).forEach(this::check);
    }

    private void check(QuorumConfig quorum) {
        if (places.isSound(quorum, "of", "need") && quorum.need() > quorum.of().size()) {
            places.report(quorum, "need",
                    "can never be met: it asks for " + quorum.need() + " of " + quorum.of().size()
                            + " parts; lower it, or name more parts in 'of'");
        }
        for (String name : quorum.of()) {
            PartConfig part = route.parts().get(name);
            YamlValue place = places.of(quorum, "of").locate(name::equals);
            if (part == null) {
                if (places.isSound(route, "parts")) place.report(NameMessages.unknownPart(name, route));
            } else if (places.isSound(part, "required", "onFailure") && part.isRequired()) {
                place.report("has part '" + name + "', which is required, so that there is no page without "
                        + "it anyway; take it out of the quorum, or make it optional");
            }
        }
    }
}
