package dev.structured.service.aggregate;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.LocationTemplate;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ShapeConfig;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Which parts show the answers to their calls as they came, so that nobody reads inside them.
///
/// Equal calls may share an answer. So the answers of two parts with the same path are read if those of one
/// of them are.
final class WholeAnswers {
    private final Set<Path> readInside = new HashSet<>();

    private record Path(String downstream, String text) {
        static Path of(CallConfig call) {
            return new Path(call.downstream(), call.path().text());
        }
    }

    WholeAnswers(Collection<RouteConfig> routes) {
        for (RouteConfig route : routes) {
            for (PartConfig part : route.parts().values()) {
                CallConfig call = part.call();
                if (call != null && isReadInside(route, part)) readInside.add(Path.of(call));
            }
        }
    }

    private static boolean isReadInside(RouteConfig route, PartConfig part) {
        return !part.shape().equals(ShapeConfig.WHOLE) || part.place().merge()
                || isNeeded(route, part.name());
    }

    private static boolean isNeeded(RouteConfig route, String name) {
        LocationTemplate location = route.answer().location();
        if (location != null && location.variables().stream().anyMatch(each -> each.name().equals(name)))
            return true;
        return route.parts().values().stream().anyMatch(other -> route.needs(other).contains(name));
    }

    /// Returns true if nobody reads inside the answers to these calls.
    boolean are(CallConfig call) {
        return !readInside.contains(Path.of(call));
    }
}
