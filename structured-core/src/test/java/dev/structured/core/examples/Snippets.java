package dev.structured.core.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Holds the code and the output that pages show to what the example files have.
///
/// A Java file marks a region with `// @start region=NAME` and `// @end`, the markers of Javadoc's own
/// snippets. A page shows it under the comment `<!-- snippet: File.java#NAME -->`, and what an example prints
/// under `<!-- output: Example -->`.
final class Snippets {
    private static final Pattern START = Pattern.compile("\\s*// @start region=(\\S+)");
    private static final Pattern END = Pattern.compile("\\s*// @end");
    private static final Pattern MARK = Pattern.compile("<!-- (snippet|output): (\\S+) -->");
    private static final Pattern FENCE = Pattern.compile("```(\\w*)");

    static final String FIX = "Change the Java file, then rewrite the pages from it:"
            + " mvn -pl structured-core test -Dtest=CookbookTest -Dcookbook.update=true";

    /// What is to be shown, by the text of the mark: `snippet: File.java#NAME` or `output: Example`.
    private final Map<String, String> sources = new TreeMap<>();
    private final TreeSet<String> shown = new TreeSet<>();

    /// Adds every region of the Java files in the folder.
    void addRegions(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                regions(Files.readString(file)).forEach(
                        (name, text) -> sources.put("snippet: " + file.getFileName() + "#" + name, text));
            }
        }
    }

    void addOutput(String example, String output) {
        sources.put("output: " + example, output.stripTrailing());
    }

    /// Returns the regions of a file by name, each without the indentation that all its lines have.
    static Map<String, String> regions(String file) {
        Map<String, String> regions = new LinkedHashMap<>();
        String name = null;
        List<String> lines = new ArrayList<>();
        for (String line : file.lines().toList()) {
            Matcher start = START.matcher(line);
            if (start.matches()) {
                if (name != null) throw new IllegalStateException("Region '" + name + "' has no // @end");
                name = start.group(1);
                lines.clear();
            } else if (name != null && END.matcher(line).matches()) {
                if (regions.put(name, String.join("\n", lines).stripIndent().strip()) != null)
                    throw new IllegalStateException("Two regions are named '" + name + "'");
                name = null;
            } else {
                lines.add(line);
            }
        }
        if (name != null) throw new IllegalStateException("Region '" + name + "' has no // @end");
        return regions;
    }

    /// Returns the page with what its marks ask for, and notes in `problems` where it had something else.
    ///
    /// @param name of the page, for the problems
    String rewritten(String name, String page, List<String> problems) {
        List<String> in = page.lines().toList();
        List<String> out = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            out.add(in.get(i));
            Matcher mark = MARK.matcher(in.get(i));
            Matcher fence = FENCE.matcher(in.get(i));
            if (mark.matches()) {
                i = block(name, in, i, mark.group(1) + ": " + mark.group(2), out, problems);
            } else if (fence.matches()) {
                if (fence.group(1).equals("java"))
                    problems.add(place(name, i) + " shows code that no test holds. Take it from a region"
                            + " of an example: <!-- snippet: File.java#region -->");
                i = copyBlock(in, i, out);
            }
        }
        return String.join("\n", out) + "\n";
    }

    /// Writes the block that the mark in line `at` asks for, and returns the line in which the one there
    /// ends.
    private int block(String name, List<String> in, int at, String mark, List<String> out,
            List<String> problems) {
        String opening = mark.startsWith("output") ? "```text" : "```java";
        String source = sources.get(mark);
        if (source == null) {
            problems.add(place(name, at) + " asks for '" + mark + "', which is none of " + sources.keySet());
            return at;
        }
        shown.add(mark);
        boolean opened = at + 1 < in.size() && in.get(at + 1).equals(opening);
        int end = opened ? endOf(in, at + 1) : at;
        String there = opened ? String.join("\n", in.subList(at + 2, end)) : "";
        boolean same = opened && same(mark, source, there);
        if (!same) {
            int line = opened ? at + 2 + firstDifference(there, source) : at;
            problems.add(place(name, line) + " differs from '" + mark + "'. " + FIX);
        }
        out.add(opening);
        out.add(same ? there : source);
        out.add("```");
        return end;
    }

    /// Which of several tasks speaks first at the same time is open, so outputs may differ in that.
    private static boolean same(String mark, String source, String there) {
        return mark.startsWith("output")
                ? Examples.settled(source).equals(Examples.settled(there))
                : source.equals(there);
    }

    private static int firstDifference(String there, String source) {
        List<String> theirs = there.lines().toList();
        List<String> ours = source.lines().toList();
        int i = 0;
        while (i < theirs.size() && i < ours.size() && theirs.get(i).equals(ours.get(i)))
            i++;
        return i;
    }

    private static int copyBlock(List<String> in, int opening, List<String> out) {
        int end = endOf(in, opening);
        out.addAll(in.subList(opening + 1, Math.min(end + 1, in.size())));
        return end;
    }

    private static int endOf(List<String> in, int opening) {
        int end = opening + 1;
        while (end < in.size() && !in.get(end).equals("```"))
            end++;
        return end;
    }

    private static String place(String name, int index) {
        return name + ":" + (index + 1);
    }

    /// Returns the sources that no page has shown.
    List<String> notShown() {
        return sources.keySet().stream().filter(mark -> !shown.contains(mark)).toList();
    }
}
