package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.FieldPath;
import dev.structured.service.config.PartConfig;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.Suggestion;
import dev.structured.service.yaml.YamlValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Checks the keys that change a part's value and choose its place in the page.
record ShapeChecks(PartConfig part, SourceMap places) {

    void check() {
        if (!part.shape().allow().isEmpty() && !part.shape().deny().isEmpty()) {
            places.report(part, "deny", "cannot stand beside 'allow', which leaves out everything else "
                    + "already; remove one of them");
        }
        if (places.isSound(part, "rename", "allow", "deny")) checkRenames();
        checkWithin("allow", part.shape().allow());
        checkWithin("deny", part.shape().deny());
        if (!places.isSound(part, "merge", "show")) return;
        if (part.place().merge()) checkMerge();
        if (!part.place().show()) checkHidden();
    }

    private void checkRenames() {
        Map<String, String> taken = new HashMap<>();
        List<String> allowed = KnownFields.allowed(part);
        part.shape().rename().forEach((from, to) -> {
            YamlValue place = places.of(part, "rename").locateKey(from::equals);
            String useless = uselessRename(from, to);
            if (useless != null) {
                place.report(useless);
                return;
            }
            String first = taken.putIfAbsent(to, from);
            if (first != null) {
                place.report("gives the name '" + to + "' to both '" + first + "' and '" + from
                        + "'; choose another name for one of them");
            } else if (allowed.contains(to) && !part.shape().rename().containsKey(to)) {
                place.report("gives '" + from + "' the name '" + to
                        + "', which a field in 'allow' has already; choose another");
            }
            if (isLeftOut(from, allowed)) {
                place.report("renames '" + from + "', which "
                        + (allowed.isEmpty()
                                ? "'deny' leaves out; remove it there, or here"
                                : "'allow' leaves out; add it there, or remove it here"
                                        + Suggestion.hint(from, allowed)));
            }
        });
    }

    private static @Nullable String uselessRename(String from, String to) {
        if (from.contains(".")) {
            return "renames '" + from + "', but only outermost fields can be renamed; take the field "
                    + "with 'target', or "
                    + "rename '" + from.substring(0, from.indexOf('.')) + "'";
        }
        if (to.contains(".") || to.contains("${")) {
            return "gives '" + from + "' the name '" + to + "', which is not the name of one field; "
                    + "write a name without "
                    + "'.' and '${', and 'group' to put the part in an object";
        }
        return from.equals(to) ? "gives '" + from + "' the name that it has; remove it" : null;
    }

    /// Refuses a field whose parent is named too, because it has no effect.
    private void checkWithin(String key, List<FieldPath> paths) {
        for (FieldPath path : paths) {
            for (FieldPath outer : paths) {
                int length = outer.steps().size();
                if (length >= path.steps().size() || !path.steps().subList(0, length).equals(
                        outer.steps()))
                    continue;
                places.of(part, key).locate(path.toString()::equals).report("has '" + path + "' of '" + outer
                        + "', which is named as a whole; remove one of them");
                break;
            }
        }
    }

    private boolean isLeftOut(String field, List<String> allowed) {
        return allowed.isEmpty()
                ? part.shape().deny().stream().anyMatch(denied -> denied.steps().equals(List.of(field)))
                : !allowed.contains(field);
    }

    private void checkMerge() {
        if (!places.has(part, "value") && part.shape().allow().isEmpty() && places.isSound(part, "allow")) {
            places.report(part, "merge", "needs 'allow': the fields that are put in the page, so that it is "
                    + "known which; add e.g. 'allow: [id, name]'");
        }
        if (places.has(part, "as")) {
            places.report(part, "as", "cannot stand beside 'merge', which puts the part's fields in the page "
                    + "itself; remove one of them");
        }
        for (String key : List.of("flatten", "each")) {
            if (!places.has(part, key) || places.has(part, "value")) continue;
            places.report(part, key,
                    "cannot stand beside 'merge', which needs an object, not a list; remove one of them");
        }
        checkObject("value", part.value());
        checkObject("fallback", part.failure().fallback());
    }

    /// Checks the fields of a fixed value that is merged: it is put in the page unchanged, so it must have
    /// known fields only.
    private void checkObject(String key, @Nullable JsonNode fixed) {
        if (fixed == null) return;
        if (!fixed.isObject()) {
            places.report(part, key,
                    "must be an object, because its fields are merged into the page; it is " + fixed);
            return;
        }
        List<String> known = KnownFields.merged(part);
        if (key.equals("value") || !places.isSound(part, "allow", "rename") || known.isEmpty()) return;
        for (Map.Entry<String, JsonNode> field : fixed.properties()) {
            if (known.contains(field.getKey())) continue;
            places.of(part, key).locateKey(field.getKey()::equals).report("has the field '" + field.getKey()
                    + "', which is none of those that the part puts in the page; remove it, or add it to "
                    + "'allow'" + Suggestion.hint(field.getKey(), known) + " "
                    + NameMessages.known("known", known));
        }
    }

    private void checkHidden() {
        for (String key : List.of("merge", "group", "as")) {
            if (!places.has(part, key) || (key.equals("merge") && places.of(part, key).text().equals(
                    "false")))
                continue;
            places.report(part, key,
                    "cannot stand beside 'show: false', with which the part is not in the page; remove one "
                            + "of them");
        }
    }
}
