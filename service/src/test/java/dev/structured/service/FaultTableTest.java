package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds docs/faults.md to the tests that it names.
class FaultTableTest {
    private static final Path TABLE = Path.of("..", "docs", "faults.md");
    private static final Pattern ROW = Pattern
            .compile("\\| ([DCO]\\d+) \\| (.+) \\| (.+) \\| (.+) \\| (.+) \\|");
    private static final Pattern NAMED = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern ANNOTATION = Pattern
            .compile("\\s*@(Test|ParameterizedTest|StructuredTest)\\b.*");
    private static final Pattern METHOD = Pattern.compile("\\s*void (\\w+)\\(.*");
    private static final Set<String> PROTOCOLS = Set.of("any", "1.1", "2", "TLS");

    private record Row(String tests, String over) {}

    @Test
    void every_fault_has_its_row_in_order() throws IOException {
        List<String> numbers = new ArrayList<>();
        numbered(numbers, "D", 25);
        numbered(numbers, "C", 10);
        numbered(numbers, "O", 5);
        assertEquals(numbers, List.copyOf(rows().keySet()));
    }

    @Test
    void every_test_that_a_row_names_exists() throws IOException {
        Set<String> tests = tests();
        List<String> wrong = new ArrayList<>();
        rows().forEach((number, row) -> {
            List<String> named = NAMED.matcher(row.tests)
                    .results()
                    .map(found -> found.group(1) + "." + found.group(2))
                    .toList();
            assertFalse(named.isEmpty(), "row " + number + " names no test");
            for (String each : named)
                if (!tests.contains(each))
                    wrong.add("row " + number + " names " + each + ", which is no test");
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void every_row_says_over_which_protocols() throws IOException {
        rows().forEach((number, row) -> {
            for (String protocol : row.over.split(", ", -1))
                assertTrue(PROTOCOLS.contains(protocol), "row " + number + " says " + protocol);
        });
    }

    private static void numbered(List<String> numbers, String letter, int last) {
        IntStream.rangeClosed(1, last).forEach(number -> numbers.add(letter + number));
    }

    private static Map<String, Row> rows() throws IOException {
        Map<String, Row> rows = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(TABLE)) {
            lines.map(ROW::matcher)
                    .filter(row -> row.matches())
                    .forEach(row -> assertEquals(null,
                            rows.put(row.group(1), new Row(row.group(4), row.group(5))),
                            "row " + row.group(1) + " is there twice"));
        }
        return rows;
    }

    /// Returns the tests of the service and of the load tests, by their sources: those of another module are
    /// not on the class path.
    private static Set<String> tests() throws IOException {
        Set<String> tests = new HashSet<>();
        for (String module : List.of("service", "load-tests")) {
            List<Path> files;
            try (Stream<Path> all = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                files = all.filter(file -> file.toString().endsWith("Test.java")).toList();
            }
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".java", "");
                for (String method : testsOf(Files.readAllLines(file))) tests.add(name + "." + method);
            }
        }
        assertTrue(tests.size() > 1_000, () -> "the tests are not found: " + tests.size());
        return tests;
    }

    /// Returns the methods that follow an annotation of a test.
    private static List<String> testsOf(List<String> source) {
        List<String> tests = new ArrayList<>();
        boolean annotated = false;
        for (String line : source) {
            Matcher method = METHOD.matcher(line);
            if (ANNOTATION.matcher(line).matches()) annotated = true;
            if (!method.matches()) continue;
            if (annotated) tests.add(method.group(1));
            annotated = false;
        }
        return tests;
    }
}
