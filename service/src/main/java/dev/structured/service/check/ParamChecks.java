package dev.structured.service.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.ItemConfig;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ShapedSegment;
import dev.structured.service.config.Variable;
import dev.structured.service.yaml.SourceMap;
import dev.structured.service.yaml.UnclearScalar;
import java.util.List;
import java.util.Set;

/// Checks the parameters of a route, and the fields of its body.
record ParamChecks(RouteConfig route, SourceMap places) {
    private static final Set<ParamConfig.Type> WITHOUT_SIZE = Set.of(ParamConfig.Type.BOOLEAN,
            ParamConfig.Type.OBJECT);

    void check() {
        Set<String> inPath = route.pattern().parameters();
        inPath.stream()
                .filter(Variable.RESERVED::contains)
                .sorted()
                .forEach(name -> places.of(route, "path")
                        .report("has the parameter {" + name + "}, which " + RouteChecks.reserved(name)));
        route.params().forEach((name, param) -> {
            if (Variable.RESERVED.contains(name) && !inPath.contains(name)) {
                places.of(param).report(RouteChecks.reserved(name));
            }
            if (inPath.contains(name)) checkOfPath(name, param);
            checkOfUrl(param, inPath.contains(name));
            check(param);
        });
        if (route.body() != null) route.body().fields().values().forEach(this::check);
    }

    private void checkOfPath(String name, ParamConfig param) {
        ShapedSegment shaped = route.pattern().shaped(name);
        if (shaped != null && shaped.type() != ParamConfig.Type.STRING && places.isSound(param, "type")
                && param.type() != shaped.type()) {
            String own = shaped.type().label();
            places.report(param, "type",
                    "is '" + word(param) + "', but in the path the parameter is {" + name + ":" + own
                            + "}; write 'type: " + own + "' here too");
        }
        for (String key : List.of("required", "default")) {
            if (!places.has(param, key)) continue;
            places.report(param, key, "has no meaning: a parameter of the path is always there; remove it");
        }
    }

    private void checkOfUrl(ParamConfig param, boolean inPath) {
        if (!places.isSound(param, "type")) return;
        if (param.type() == ParamConfig.Type.ARRAY && !inPath) {
            ItemConfig items = param.items();
            if (items == null || !places.isSound(items, "type") || !items.type().isContainer()) return;
            places.report(items, "type", "must be string, integer, number or boolean, because each element is"
                    + " given in the URL");
        } else if (param.type().isContainer()) {
            places.report(param, "type", inPath
                    ? "must be string, integer, number or boolean, because the value is one segment of"
                            + " the path"
                    : "must be string, integer, number, boolean, or array for a parameter that is given"
                            + " several times; only fields of a 'body' can be objects");
        }
    }

    private void check(ParamConfig param) {
        ItemConfig items = param.items();
        if (!places.isSound(param, "type", "min", "max", "oneOf", "items", "default")) return;
        if (items != null && !places.isSound(items, "type", "min", "max", "oneOf")) return;
        if (items != null && param.type() != ParamConfig.Type.ARRAY) {
            places.report(param, "items", "has no effect: " + word(param) + " has no elements; remove it, or"
                    + " write 'type: array'");
            return;
        }
        boolean bounds = checkBounds(param, param);
        boolean choices = checkChoices(param, param);
        if (items != null) {
            bounds &= checkBounds(items, items.rule());
            choices &= checkChoices(items, items.rule());
        }
        if (bounds && choices) checkPreset(param);
    }

    /// @param section the section that says the rule
    private boolean checkBounds(Record section, ParamConfig param) {
        Integer min = param.min();
        Integer max = param.max();
        for (String key : List.of("min", "max")) {
            if (!places.has(section, key) || !WITHOUT_SIZE.contains(param.type())) continue;
            places.report(section, key, "has no meaning: " + word(param) + " has no size; remove it");
            return false;
        }
        boolean counted = param.type() == ParamConfig.Type.STRING || param.type() == ParamConfig.Type.ARRAY;
        if (counted && min != null && min < 0) {
            places.report(section, "min", "has no effect: a length is never below 0; remove it");
            return false;
        }
        if (counted && max != null && max < 0) {
            places.report(section, "max", "allows no value: a length is never below 0; it is " + max);
            return false;
        }
        if (min == null || max == null || min <= max) return true;
        places.report(section, "min",
                "is above 'max', so that no value is allowed: " + min + " > " + max + "; swap them");
        return false;
    }

    private boolean checkChoices(Record section, ParamConfig param) {
        boolean sound = true;
        for (String choice : param.oneOf()) {
            JsonNode value = param.type().read(choice);
            String unclear = param.type() == ParamConfig.Type.STRING ? null : UnclearScalar.complaint(choice);
            String wrong = unclear != null
                    ? unclear
                    : value == null
                            ? "is not of the parameter's type: '" + choice + "' is no " + word(param)
                            : ParamValues.wrong(param, value);
            if (wrong == null) continue;
            sound = false;
            places.of(section, "oneOf").locate(choice::equals).called("a value of 'oneOf' of "
                    + places.of(section).name()).report(wrong + "; remove it, or change the rule");
        }
        return sound;
    }

    private void checkPreset(ParamConfig param) {
        JsonNode preset = param.preset();
        if (preset == null) return;
        String wrong = ParamValues.wrong(param, preset);
        if (wrong != null) places.report(param, "default", wrong + "; a default obeys the rules too");
        if (param.required() && places.isSound(param, "required")) {
            places.report(param, "default",
                    "is never used, because the parameter is required; remove one of them");
        }
    }

    private static String word(ParamConfig param) {
        return param.type().label();
    }
}
