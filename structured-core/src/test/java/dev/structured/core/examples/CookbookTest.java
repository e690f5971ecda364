package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Holds every snippet and every output in the README, the cookbook and the page on frameworks to the files
/// that they are taken from.
///
/// To rewrite them: `mvn -pl structured-core test -Dtest=CookbookTest -Dcookbook.update=true`
@Timeout(120) // a cancellation that does not arrive is a hang
class CookbookTest {
    private static final Path TOP = Path.of("").toAbsolutePath().getParent();
    private static final Path COOKBOOK = TOP.resolve("docs/cookbook");
    private static final Path EXAMPLES = Path.of("src/test/java/dev/structured/core/examples");
    private static final Path FRAMEWORKS = TOP.resolve("docs/frameworks.md");
    /// The programs of the page on frameworks: these libraries are not among the dependencies of this module.
    private static final List<Path> IN_FRAMEWORKS = List.of(
            TOP.resolve("frameworks/src/main/java/dev/structured/frameworks"),
            TOP.resolve("service/src/test/java/dev/structured/service/frameworks"));
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

    @Test
    void pages_show_what_the_examples_have() throws IOException {
        Snippets snippets = sources();
        List<String> problems = new ArrayList<>();
        for (Path page : pages()) {
            String before = Files.readString(page);
            List<String> found = new ArrayList<>();
            String after = snippets.rewritten(TOP.relativize(page).toString(), before, found);
            if (Boolean.getBoolean("cookbook.update") && !after.equals(before)) {
                Files.writeString(page, after);
                found.removeIf(problem -> problem.endsWith(Snippets.FIX));
            }
            problems.addAll(found);
        }
        assertEquals("", String.join("\n", problems));
        assertEquals(List.of(), snippets.notShown(), "no page shows these; show them or remove the marks");
    }

    @Test
    void links_lead_to_files() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                if (!Files.exists(page.resolveSibling(link.group(1))))
                    dead.add(TOP.relativize(page) + ": " + link.group(1));
            }
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void index_has_every_page_and_every_recipe() throws IOException {
        String index = Files.readString(COOKBOOK.resolve("README.md"));
        for (Path page : pages()) {
            if (page.endsWith("README.md") || page.equals(FRAMEWORKS)) continue;
            String name = page.getFileName().toString();
            assertTrue(index.contains("(" + name), "docs/cookbook/README.md has no link to " + name);
            if (name.equals("elsewhere.md")) continue;
            for (String line : Files.readAllLines(page)) {
                if (!line.startsWith("## ")) continue;
                String entry = "[" + line.substring(3) + "](" + name + "#" + anchor(line.substring(3)) + ")";
                assertTrue(index.contains(entry), "docs/cookbook/README.md lacks the recipe " + entry);
            }
        }
    }

    /// The anchor that a heading gets: lower case, hyphens for spaces, no punctuation.
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
    }

    @Test
    void tests_that_elsewhere_cites_exist() throws IOException {
        String tests = Files.readString(EXAMPLES.resolve("JdkClaimsTest.java"));
        Matcher cited = Pattern.compile("`(\\w+(?:_\\w+){3,})`")
                .matcher(Files.readString(COOKBOOK.resolve("elsewhere.md")));
        int count = 0;
        while (cited.find()) {
            assertTrue(tests.contains("void " + cited.group(1) + "("),
                    cited.group(1) + " is not in JdkClaimsTest");
            count++;
        }
        assertTrue(count > 0, "elsewhere.md cites no test");
    }

    /* --- That the checks above can fail --- */

    @Test
    void changed_line_of_a_page_is_told_with_page_line_and_fix() {
        List<String> problems = new ArrayList<>();
        String fixed = planted().rewritten("page.md", """
                # Title

                <!-- output: Sample -->
                ```text
                0.00 s  one: 1
                0.00 s  two: 3
                ```
                """, problems);
        assertEquals(List.of("page.md:6 differs from 'output: Sample'. " + Snippets.FIX), problems);
        assertTrue(fixed.contains("two: 2"), fixed);
    }

    @Test
    void missing_block_is_told_and_filled_in() {
        List<String> problems = new ArrayList<>();
        String fixed = planted().rewritten("page.md", "<!-- output: Sample -->\n\nText.\n", problems);
        assertEquals(1, problems.size());
        assertEquals("""
                <!-- output: Sample -->
                ```text
                0.00 s  one: 1
                0.00 s  two: 2
                ```

                Text.
                """, fixed);
    }

    @Test
    void code_without_a_mark_and_unknown_marks_are_told() {
        List<String> problems = new ArrayList<>();
        planted().rewritten("page.md", "```java\nfoo();\n```\n<!-- snippet: No.java#x -->\n", problems);
        assertEquals(2, problems.size());
        assertTrue(problems.get(0).startsWith("page.md:1 shows code that no test holds"), problems.get(0));
        assertTrue(problems.get(1).startsWith("page.md:4 asks for 'snippet: No.java#x'"), problems.get(1));
    }

    @Test
    void order_of_speakers_at_one_time_may_differ() {
        List<String> problems = new ArrayList<>();
        planted().rewritten("page.md",
                "<!-- output: Sample -->\n```text\n0.00 s  two: 2\n0.00 s  one: 1\n```\n", problems);
        assertEquals(List.of(), problems);
    }

    @Test
    void region_is_shown_without_its_indentation() {
        assertEquals(Map.of("a", "if (x) {\n    y();\n}"),
                Snippets.regions("    // @start region=a\n    if (x) {\n        y();\n    }\n    // @end\n"));
        assertThrows(IllegalStateException.class, () -> Snippets.regions("// @start region=a\nx();\n"));
    }

    private static Snippets planted() {
        Snippets snippets = new Snippets();
        snippets.addOutput("Sample", "0.00 s  one: 1\n0.00 s  two: 2\n");
        return snippets;
    }

    private static Snippets sources() throws IOException {
        Snippets snippets = new Snippets();
        snippets.addRegions(EXAMPLES);
        for (Path folder : IN_FRAMEWORKS) snippets.addRegions(folder);
        Examples.outputs().forEach(snippets::addOutput);
        return snippets;
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(COOKBOOK)) {
            return Stream.concat(Stream.of(TOP.resolve("README.md"), FRAMEWORKS),
                    files.filter(file -> file.toString().endsWith(".md")).sorted()).toList();
        }
    }
}
