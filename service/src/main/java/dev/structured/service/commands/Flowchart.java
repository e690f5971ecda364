package dev.structured.service.commands;

import dev.structured.service.config.PartConfig;
import dev.structured.service.config.RouteConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The call graph of a route as a Mermaid flowchart, which GitHub, GitLab and most editors draw.
///
/// | in the chart | means |
/// |---|---|
/// | box, thick arrow to the page | a required part |
/// | box with round corners | an optional part |
/// | box with double sides | a part with `each` |
/// | dotted arrow | waits for the part without taking a value |
final class Flowchart {
    private final RouteConfig route;
    private final CallGraph graph;
    private final Map<String, String> ids = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    private Flowchart(RouteConfig route) {
        this.route = route;
        this.graph = new CallGraph(route);
        route.parts().keySet().forEach(name -> ids.put(name, "p" + (ids.size() + 1)));
    }

    /// Returns the chart, without a code fence.
    static String of(RouteConfig route) {
        return new Flowchart(route).draw();
    }

    private String draw() {
        lines.add("flowchart LR");
        lines.add("  request([" + quoted(route.name()) + "])");
        lines.add("  page([" + quoted("page, within " + Words.time(route.deadline())) + "])");
        for (PartConfig part : route.parts().values()) lines.add("  " + id(part) + box(part));
        for (PartConfig part : route.parts().values()) arrows(part);
        return String.join("\n", lines) + "\n";
    }

    private String id(PartConfig part) {
        return ids.getOrDefault(part.name(), "?");
    }

    private static String box(PartConfig part) {
        String text = quoted(part.name(),
                part.downstream() == null ? "fixed value" : part.downstream());
        if (part.each() != null) return "[[" + text + "]]";
        return part.isRequired() ? "[" + text + "]" : "(" + text + ")";
    }

    private void arrows(PartConfig part) {
        List<PartConfig> needs = graph.needs(part);
        if (needs.isEmpty()) lines.add("  request --> " + id(part));
        for (PartConfig need : needs) {
            lines.add("  " + id(need) + (CallGraph.isMadeOf(part, need) ? " --> " : " -.-> ") + id(part));
        }
        if (part.place().show()) lines.add("  " + id(part) + (part.isRequired() ? " ==> page" : " --> page"));
    }

    private static String quoted(String... rows) {
        List<String> escaped = new ArrayList<>();
        for (String row : rows) {
            escaped.add(row.replace("#", "#35;").replace("\"", "#quot;").replace("<", "#lt;").replace(">",
                    "#gt;"));
        }
        return "\"" + String.join("<br/>", escaped) + "\"";
    }
}
