package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private static final List<String> PROTOCOLS = List.of("1.1", "2", "TLS");
    private static final String EACH = "any";
    /// The rows that say why a protocol is missing.
    private static final Map<String, List<String>> APART = Map.of("D10", List.of("1.1", "TLS"), "D24",
            List.of("TLS"), "D26", List.of("2"));
    /// What is in the source of a test that speaks so, or in the name of its class.
    private static final Map<String, Pattern> SPEAKS = Map.of("2",
            Pattern.compile("HTTP_2|Http2|H2|Speech"), "TLS",
            Pattern.compile("(?i)TLS|HTTPS|Speech"));

    private record Row(String tests, String over) {
        List<String> named() {
            return NAMED.matcher(tests).results().map(found -> found.group(1) + "." + found.group(2))
                    .toList();
        }

        List<String> protocols() {
            return List.of(over.split(", ", -1));
        }
    }

    @Test
    void every_fault_has_its_row_in_order() throws IOException {
        List<String> numbers = new ArrayList<>();
        numbered(numbers, "D", 26);
        numbered(numbers, "C", 10);
        numbered(numbers, "O", 5);
        assertEquals(numbers, List.copyOf(rows().keySet()));
    }

    @Test
    void every_test_that_a_row_names_exists() throws IOException {
        Map<String, String> tests = tests();
        List<String> wrong = new ArrayList<>();
        rows().forEach((number, row) -> {
            assertFalse(row.named().isEmpty(), "row " + number + " names no test");
            for (String each : row.named())
                if (!tests.containsKey(each))
                    wrong.add("row " + number + " names " + each + ", which is no test");
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void every_row_is_over_all_protocols_unless_it_says_why() throws IOException {
        rows().forEach((number, row) -> {
            if (!row.over.equals(EACH))
                assertEquals(APART.getOrDefault(number, PROTOCOLS), row.protocols(), "row " + number);
        });
    }

    /// A test of HTTP/2 alone does not stand for HTTP/1.1, nor one without TLS for one with it.
    @Test
    void every_protocol_of_a_row_is_spoken_by_one_of_its_tests() throws IOException {
        Map<String, String> tests = tests();
        List<String> wrong = new ArrayList<>();
        rows().forEach((number, row) -> SPEAKS.forEach((protocol, words) -> {
            if (row.protocols().contains(protocol) && row.named().stream()
                    .noneMatch(test -> words.matcher(test + tests.getOrDefault(test, "")).find()))
                wrong.add("row " + number + " names no test over " + protocol);
        }));
        assertEquals(List.of(), wrong);
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

    /// Returns the tests of the service and of the load tests with their sources: those of another module are
    /// not on the class path.
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        for (String module : List.of("service", "load-tests")) {
            List<Path> files;
            try (Stream<Path> all = Files.walk(Path.of("..", module, "src", "test", "java"))) {
                files = all.filter(file -> file.toString().endsWith("Test.java")).toList();
            }
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".java", "");
                testsOf(Files.readAllLines(file))
                        .forEach((method, source) -> tests.put(name + "." + method, source));
            }
        }
        assertTrue(tests.size() > 1_000, () -> "the tests are not found: " + tests.size());
        return tests;
    }

    /// Returns the methods that follow an annotation of a test, from this annotation to their ends.
    private static Map<String, String> testsOf(List<String> source) {
        Map<String, String> tests = new HashMap<>();
        StringBuilder text = new StringBuilder();
        String current = "";
        String end = "";
        for (String line : source) {
            if (ANNOTATION.matcher(line).matches() && end.isEmpty()) end = line.replaceAll("@.*", "}");
            if (end.isEmpty()) continue;
            text.append(line).append('\n');
            Matcher method = METHOD.matcher(line);
            if (method.matches() && current.isEmpty()) current = method.group(1);
            if (!line.equals(end)) continue;
            tests.put(current, text.toString());
            text.setLength(0);
            current = "";
            end = "";
        }
        return tests;
    }
}
