package dev.structured.service.aggregate;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.AnswerConfig;
import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.CallConfig;
import dev.structured.service.config.FailureConfig;
import dev.structured.service.config.Method;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.PathTemplate;
import dev.structured.service.config.PlaceConfig;
import dev.structured.service.config.Priority;
import dev.structured.service.config.QueryRules;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ShapeConfig;
import dev.structured.service.yaml.ConfigException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Routes for tests: plain ones made by hand, others from the text of a file.
final class Parts {
    private Parts() {}

    /// A GET of the downstream of the part's own name.
    static PartConfig part(String name, String path, List<String> query, boolean required,
            @Nullable Duration budget) {
        CallConfig call = new CallConfig(name, Method.GET, PathTemplate.of(path),
                new QueryRules(query, Map.of()), Map.of(), null, List.of(), null, List.of(), null, null, true,
                true,
                budget == null ? null : new BudgetRule.Fixed(budget), null, ShapeConfig.WHOLE,
                FailureConfig.UNSAID);
        return new PartConfig(name, new PartSource.Asked(call), required, List.of(), List.of(),
                PlaceConfig.OWN_FIELD);
    }

    static RouteConfig route(String path, Duration deadline, List<PartConfig> parts) {
        Map<String, PartConfig> named = new LinkedHashMap<>();
        for (PartConfig part : parts) named.put(part.name(), part);
        String text = "{downstreams: {x: {url: 'http://x:1'}}, routes: [{path: '" + path
                + "', deadline: 1s, parts: {x: {from: x, path: /}}}]}";
        RouteConfig like = read(text).getFirst();
        return new RouteConfig(Method.GET, like.pattern(), List.of(), deadline, Map.of(), List.of(),
                List.of(),
                List.of(), null,
                null, null, Priority.NORMAL, AnswerConfig.PAGE, false, named, Map.of(), null, null);
    }

    /// Returns the routes of a text that is the `routes:` of a file. Its downstreams are those that it names.
    static List<RouteConfig> routes(String yaml) {
        var names = new TreeSet<String>();
        Pattern.compile("from: *([A-Za-z]+)").matcher(yaml).results()
                .forEach(found -> names.add(found.group(1)));
        StringBuilder text = new StringBuilder("downstreams:\n");
        names.forEach(name -> text.append("  ").append(name)
                .append(": {url: 'http://x:1', cache: {staleFor: 1min}}\n"));
        if (names.isEmpty()) text.append("  none: {url: 'http://x:1'}\n");
        return read(text + "routes:\n" + yaml.indent(2));
    }

    private static List<RouteConfig> read(String text) {
        try {
            return ConfigReader.read("test.yaml", text).routes();
        } catch (ConfigException e) {
            throw new IllegalArgumentException(e.getMessage() + "\n" + text, e);
        }
    }
}
