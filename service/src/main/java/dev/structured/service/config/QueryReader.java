package dev.structured.service.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the `query:` of a part: a list of names that are passed on, or a mapping of names to values.
final class QueryReader {
    private static final int MOST = 100;

    private QueryReader() {}

    static @Nullable QueryRules read(Value value) {
        return value.isMapping() ? set(value) : new QueryRules(names(value), Map.of());
    }

    private static QueryRules set(Value value) {
        Map<String, TextTemplate> set = new LinkedHashMap<>();
        value.named("name", "", 0, MOST, Rules.names("name")).forEach((name, each) -> {
            TextTemplate template = each.read(scalar -> TextTemplate.parse(scalar.getValue()));
            if (template != null) set.put(name, template);
        });
        return new QueryRules(List.of(), set);
    }

    private static List<String> names(Value value) {
        List<String> names = new ArrayList<>();
        for (Value element : value.list("name", 0, MOST)) {
            String name = element.read(Rules.queryNames());
            if (name == null) continue;
            if (names.contains(name)) element.report("is '" + name + "' a second time; remove it");
            names.add(name);
        }
        return names;
    }
}
