package dev.structured.service.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.structured.service.yaml.ValueType;
import dev.structured.service.yaml.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the `query:` of a part: a list of names that are passed on, or a mapping of names to values.
final class QueryReader implements ValueType<QueryRules> {
    private static final int MOST = 100;

    @Override
    public QueryRules read(YamlValue value) {
        return value.isMapping() ? set(value) : new QueryRules(names(value), Map.of());
    }

    private static QueryRules set(YamlValue value) {
        Map<String, TextTemplate> set = new LinkedHashMap<>();
        value.named("name", "", 0, MOST, QueryName.TYPE).forEach((name, each) -> {
            TextTemplate template = TextTemplate.LOOSE.read(each);
            if (template != null) set.put(name, template);
        });
        return new QueryRules(List.of(), set);
    }

    private static List<String> names(YamlValue value) {
        List<String> names = new ArrayList<>();
        for (YamlValue element : value.list("name", 0, MOST)) {
            String name = QueryName.TYPE.read(element);
            if (name == null) continue;
            if (names.contains(name)) element.report("is '" + name + "' a second time; remove it");
            names.add(name);
        }
        return names;
    }

    @Override
    public ObjectNode schema() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        ObjectNode passed = json.objectNode().put("type", "array");
        passed.set("items", QueryName.TYPE.nameSchema());
        passed.put("uniqueItems", true);
        ObjectNode set = json.objectNode().put("type", "object");
        set.set("propertyNames", QueryName.TYPE.nameSchema());
        set.set("additionalProperties", TextTemplate.LOOSE.schema());
        ObjectNode either = json.objectNode();
        either.putArray("oneOf").add(passed).add(set);
        return either;
    }
}
