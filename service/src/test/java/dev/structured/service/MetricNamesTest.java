package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The documents name the metrics that there are.
class MetricNamesTest {
    private static final Path OPS = Path.of("src/main/java/dev/structured/service/ops");
    private static final Pattern BUILT = Pattern.compile("\"(structured(?:\\.[a-z]+)+)\"");
    private static final Pattern WRITTEN = Pattern.compile("\\bstructured(?:_[a-z]+)+");
    /// What Prometheus's naming puts behind a name, or makes of its unit.
    private static final Pattern ENDING = Pattern
            .compile("_(total|seconds|bytes|info|sum|count|bucket|max)$");

    private static Set<String> built() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(OPS)) {
            for (Path file : files.toList()) names.addAll(found(BUILT, Files.readString(file)));
        }
        return names.stream().map(name -> stem(name.replace('.', '_')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find())
            found.add(matcher.group(matcher.groupCount()));
        return found;
    }

    private static String stem(String name) {
        String shorter = ENDING.matcher(name).replaceFirst("");
        return shorter.equals(name) ? name : stem(shorter);
    }

    @Test
    void each_metric_of_the_sources_is_in_the_table() throws IOException {
        String page = Files.readString(Documents.TOP.resolve("docs/service.md"));
        Set<String> written = found(WRITTEN, page).stream().map(MetricNamesTest::stem)
                .collect(Collectors.toSet());

        List<String> left = built().stream()
                .filter(name -> !written.contains(name)
                        && !page.contains("`…" + name.substring(name.lastIndexOf('_'))))
                .toList();

        assertEquals(List.of(), left);
    }

    @Test
    void each_metric_that_a_document_names_is_in_the_sources() throws IOException {
        Set<String> unknown = new TreeSet<>();
        Set<String> built = built();
        for (Path file : Documents.all()) {
            if (file.getFileName().toString().equals("CHANGELOG.md") || file.toString().contains("decisions"))
                continue;
            for (String name : found(WRITTEN, Files.readString(file))) {
                if (!built.contains(stem(name))) unknown.add(file + ": " + name);
            }
        }

        assertEquals(Set.of(), unknown);
    }
}
