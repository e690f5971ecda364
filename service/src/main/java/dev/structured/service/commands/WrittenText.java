package dev.structured.service.commands;

import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.SourceMap;
import java.util.ArrayList;
import java.util.List;

/// Reports where a route and its downstreams are written. Also reports where their values from other places
/// are written: defaults, and merged ones.
final class WrittenText {
    private WrittenText() {}

    /// Returns the lines; none if all is in one file and no value comes from another place.
    static List<String> of(SourceMap places, RouteConfig route, List<DownstreamConfig> downstreams) {
        List<List<String>> rows = new ArrayList<>();
        add(rows, places, "this route", route);
        downstreams.forEach(each -> add(rows, places, each.name(), each));
        boolean oneFile = rows.stream().map(row -> file(row.get(1))).distinct().count() == 1;
        boolean asUsual = oneFile && rows.size() == 1 + downstreams.size();
        if (asUsual) return List.of();
        int width = rows.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
        List<String> lines = new ArrayList<>();
        lines.add("Written");
        for (List<String> row : rows)
            lines.add("  " + row.get(0) + " ".repeat(width - row.get(0).length() + 2) + row.get(1));
        return lines;
    }

    private static void add(List<List<String>> rows, SourceMap places, String what, Record record) {
        rows.add(List.of(what, places.place(record)));
        for (SourceMap.Elsewhere each : places.elsewhere(record)) {
            boolean sameFile = file(each.place()).equals(file(places.place(record)));
            rows.add(List.of("  " + each.key(),
                    each.place() + (each.isDefault() ? ", a default" : sameFile ? ", merged" : "")));
        }
    }

    private static String file(String place) {
        return place.substring(0, place.lastIndexOf(':'));
    }
}
