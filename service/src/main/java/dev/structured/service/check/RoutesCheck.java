package dev.structured.service.check;

import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.ArrayList;
import java.util.List;

/// Checks that each request has one route, and each route its requests: the first that matches answers.
record RoutesCheck(List<RouteConfig> routes, SourceMap places) {

    void check() {
        List<RouteConfig> earlier = new ArrayList<>();
        for (RouteConfig route : routes) {
            if (!places.isSound(route, "path", "method")) continue;
            earlier.stream()
                    .filter(other -> other.method() == route.method())
                    .forEach(other -> compare(route, other));
            earlier.add(route);
        }
    }

    private void compare(RouteConfig later, RouteConfig earlier) {
        YamlValue place = places.of(later, "path");
        String other = "'" + earlier.path() + "' at line "
                + places.of(earlier, "path").line();
        switch (later.pattern().after(earlier.pattern())) {
            case SAME -> place
                    .report("matches the same requests as " + other + "; remove one of the two routes");
            case LATER_IS_NARROWER -> place.report("can never be reached: " + other
                    + " comes first and matches its requests too; put the narrower route first");
            case CROSSED -> place.report("is ambiguous with " + other
                    + ": some requests match both, and neither is the narrower one; make their paths differ");
            case NONE, EARLIER_IS_NARROWER -> {
            }
        }
    }
}
