package dev.structured.service.check;

import dev.structured.service.config.CallConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.YamlValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Checks that no two parts fill the same field of the page, and that each hidden part is needed by another.
final class PageCheck {
    private final RouteConfig route;
    private final SourceMap places;
    /// The owner of each field of the page; fields of groups are named `group/field`.
    private final Map<String, String> owners = new HashMap<>();

    PageCheck(RouteConfig route, SourceMap places) {
        this.route = route;
        this.places = places;
        owners.put(RouteConfig.MISSING, "the list of missing parts");
    }

    void check() {
        Set<String> needed = new HashSet<>();
        route.parts().forEach((name, part) -> route.needs(part)
                .stream()
                .filter(need -> !need.equals(name))
                .forEach(needed::add));
        route.quorum().values().forEach(quorum -> needed.addAll(quorum.of()));
        route.parts().values().stream().filter(this::isPlain).forEach(part -> {
            if (part.place().show()) {
                claim(part);
            } else if (!needed.contains(part.name()) && !changesSomething(part)) {
                places.report(part, "show",
                        "makes the part useless: it is not in the page, and no other part "
                                + "needs it; remove the part, or show it");
            }
        });
    }

    /// Returns true if the part's place in the page is known and its name has not been reported.
    private boolean isPlain(PartConfig part) {
        return !part.name().equals(RouteConfig.MISSING)
                && places.isSound(part, "as", "group", "merge", "show", "allow", "rename", "method", "needs",
                        "value");
    }

    private static boolean changesSomething(PartConfig part) {
        CallConfig call = part.call();
        return call != null && call.method() != Method.GET;
    }

    private void claim(PartConfig part) {
        String as = part.place().as();
        String name = part.field();
        String group = part.place().group();
        if (group != null) claimGroup(part, group);
        String place = group == null ? "" : group;
        if (part.place().merge()) {
            String key = places.has(part, "value") ? "value" : "allow";
            KnownFields.merged(part).forEach(field -> claim(part, key, field, place, "the merged part '"));
        } else {
            claim(part, as == null && group != null ? "group" : "as", name, place, "part '");
        }
    }

    private void claim(PartConfig part, String key, String field, String group, String who) {
        String owner = owners.putIfAbsent(group.isEmpty() ? field : group + "/" + field,
                who + part.name() + "'");
        if (owner == null || owner.equals(who + part.name() + "'")) return;
        String where = group.isEmpty() ? "the page's field '" : "field '" + group + ".";
        locate(part, key, field).report("fills " + where + field + "', which " + owner
                + " fills already; " + fix(key));
    }

    private void claimGroup(PartConfig part, String group) {
        String who = "group '" + group + "'";
        String owner = owners.putIfAbsent(group, who);
        if (owner == null || owner.equals(who)) return;
        places.of(part, "group").called(places.of(part).name())
                .report("is put in group '" + group + "', but " + owner
                        + " fills the page's field of this name; choose another name for the group");
    }

    private static String fix(String key) {
        return key.equals("value")
                ? "remove it"
                : key.equals("allow")
                        ? "leave it out of 'allow', or give it a new name with 'rename'"
                        : "choose another name with 'as'";
    }

    private YamlValue locate(PartConfig part, String key, String field) {
        String written = part.shape().rename()
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue().equals(field))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(field);
        YamlValue place = places.of(part, key);
        if (key.equals("allow")) {
            place = place.locate(text -> text.equals(written) || text.startsWith(written + "."));
        }
        return place.called(places.of(part).name());
    }
}
