package dev.structured.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Holds what stands under the marks of a page, such as `<!-- keys: PartConfig -->`, to what it is made of.
///
/// Under a mark is one block: from a fence to its end, or the lines of a table.
public final class Blocks {
    private static final Pattern MARK = Pattern.compile("<!-- (file|explain|keys): (.+) -->");
    private static final Pattern START = Pattern.compile("\\s*# @start region=(\\S+)");
    private static final Pattern END = Pattern.compile("\\s*# @end");

    /// Gives the lines that belong under a mark.
    @FunctionalInterface
    public interface Source {
        /// Returns the lines, with their fences.
        ///
        /// @param kind the mark's first word
        /// @param text what follows it
        List<String> of(String kind, String text) throws Exception;
    }

    private Blocks() {}

    /// Returns the page as it should be.
    public static String rewritten(String page, Source source) throws Exception {
        List<String> in = page.lines().toList();
        List<String> out = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            out.add(in.get(i));
            Matcher mark = MARK.matcher(in.get(i));
            if (!mark.matches()) continue;
            out.addAll(source.of(mark.group(1), mark.group(2)));
            i = end(in, i + 1) - 1;
        }
        return String.join("\n", out) + "\n";
    }

    /// Returns the line behind the block that begins in a line; that line where there is none.
    private static int end(List<String> in, int from) {
        if (from >= in.size()) return from;
        int i = from;
        if (in.get(from).startsWith("```")) {
            for (i++; i < in.size(); i++) {
                if (in.get(i).equals("```")) return i + 1;
            }
            return from;
        }
        while (i < in.size() && in.get(i).startsWith("|"))
            i++;
        return i;
    }

    /// Returns the regions of a YAML file by name, each without the indentation that all its lines have. One
    /// region may stand in another; the marks themselves are left out.
    public static Map<String, String> regions(String file) {
        Map<String, List<String>> open = new TreeMap<>();
        List<String> order = new ArrayList<>();
        Map<String, String> regions = new TreeMap<>();
        for (String line : file.lines().toList()) {
            Matcher start = START.matcher(line);
            if (start.matches()) {
                order.add(start.group(1));
                open.put(start.group(1), new ArrayList<>());
            } else if (END.matcher(line).matches()) {
                String name = order.removeLast();
                List<String> lines = open.get(name);
                if (lines != null) regions.put(name, String.join("\n", lines).stripIndent().strip());
            } else {
                for (String name : order) {
                    List<String> lines = open.get(name);
                    if (lines != null) lines.add(line);
                }
            }
        }
        if (!order.isEmpty()) throw new IllegalStateException("These regions have no '# @end': " + order);
        return regions;
    }

    /// Returns lines between fences.
    public static List<String> fenced(String language, String text) {
        List<String> lines = new ArrayList<>();
        lines.add("```" + language);
        lines.addAll(text.lines().toList());
        lines.add("```");
        return lines;
    }
}
