package dev.structured.core.scenarios;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.testing.StructuredTest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds docs/scenarios.md to the tests that it names, and these to the table.
class ScenarioTableTest {
    private static final Path TABLE = Path.of("..", "docs", "scenarios.md");
    private static final Pattern ROW = Pattern.compile("\\| (J?\\d+) \\| (.*) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern NUMBERED = Pattern.compile("(s|j)(\\d+)_\\w+");

    private static final List<Class<?>> SECTIONS = List.of(A_RunAndCheckpointsTest.class,
            B_NurseryAndErrorsTest.class, C_ScopesAndShieldsTest.class, D_DeadlinesTest.class,
            E_StartTest.class, F_ChannelsTest.class, G_PrimitivesTest.class, H_WorkerThreadsTest.class,
            I_ClockAndKitTest.class, J_TeardownAndDiagnosticsTest.class, K_RacesOnTheJvmTest.class);

    @Test
    void every_test_that_the_table_names_exists_and_has_the_rows_number() throws IOException {
        Set<String> tests = tests();
        rows().forEach((number, text) -> {
            for (String named : namedIn(text)) {
                assertTrue(tests.contains(named), "row " + number + " names " + named + ", which is no test");
                assertEquals(number, numberOf(named), "the number of " + named);
            }
        });
    }

    @Test
    void every_numbered_test_is_in_its_row() throws IOException {
        Set<String> named = new TreeSet<>();
        rows().values().forEach(text -> named.addAll(namedIn(text)));
        assertEquals(tests(), named);
    }

    @Test
    void row_without_a_test_says_why() throws IOException {
        rows().forEach((number, text) -> {
            if (namedIn(text).isEmpty()) assertTrue(text.length() > 20, "row " + number + " says nothing");
        });
    }

    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        try (Stream<String> lines = Files.lines(TABLE)) {
            lines.map(ROW::matcher)
                    .filter(Matcher::matches)
                    .forEach(row -> assertEquals(null, rows.put(row.group(1), row.group(2)),
                            "row " + row.group(1) + " is there twice"));
        }
        assertTrue(rows.size() > 50, "the table is not read: " + rows.keySet());
        return rows;
    }

    private static List<String> namedIn(String text) {
        return TEST.matcher(text).results().map(found -> found.group(1) + "." + found.group(2)).toList();
    }

    private static Set<String> tests() {
        return SECTIONS.stream()
                .flatMap(section -> Arrays.stream(section.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class)
                        || method.isAnnotationPresent(StructuredTest.class))
                .map(ScenarioTableTest::nameOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String nameOf(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    private static String numberOf(String test) {
        Matcher numbered = NUMBERED.matcher(test.substring(test.indexOf('.') + 1));
        assertTrue(numbered.matches(), test + " has no number");
        return (numbered.group(1).equals("j") ? "J" : "") + Integer.parseInt(numbered.group(2));
    }
}
