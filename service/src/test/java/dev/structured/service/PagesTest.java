package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.commands.Explanation;
import dev.structured.service.yaml.KeyTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Holds the pages about routes to the records, the examples and the explanations that they show.
///
/// To rewrite them: `mvn -pl service -am test -Dtest=PagesTest -Dsurefire.failIfNoSpecifiedTests=false
/// -Dreference.update=true`
class PagesTest {
    private static final Path TOP = Path.of("..");
    private static final String FIX = "rewrite the page with -Dreference.update=true, see PagesTest";

    @ParameterizedTest
    @ValueSource(strings = {"docs/routes.md", "docs/cookbook/product-page.md", "docs/cookbook/dashboard.md",
            "docs/cookbook/search.md"})
    void page_shows_what_there_is(String name) throws Exception {
        Path page = TOP.resolve(name);
        String before = Files.readString(page);
        String after = Blocks.rewritten(before, PagesTest::block);
        if (Boolean.getBoolean("reference.update") && !after.equals(before)) Files.writeString(page, after);
        else
            assertEquals(after, before, FIX);
    }

    @Test
    void reference_has_every_section() throws Exception {
        String page = Files.readString(TOP.resolve("docs/routes.md"));
        for (String record : KeyTables.names())
            assertTrue(page.contains("<!-- keys: " + record + " -->"), record);
    }

    private static List<String> block(String kind, String text) throws Exception {
        return switch (kind) {
            case "keys" -> KeyTables.of(text);
            case "file" -> file(text);
            default -> explanation(text);
        };
    }

    /// `examples/search/routes.yaml#quorum`, or a whole file.
    private static List<String> file(String text) throws Exception {
        int hash = text.indexOf('#');
        String content = Files.readString(TOP.resolve(hash < 0 ? text : text.substring(0, hash)));
        if (hash < 0) return Blocks.fenced("yaml", content.strip());
        Map<String, String> regions = Blocks.regions(content);
        String region = regions.get(text.substring(hash + 1));
        if (region == null) throw new AssertionError(text + " is none of " + regions.keySet());
        return Blocks.fenced("yaml", region);
    }

    /// `examples/search/routes.yaml GET /search # Longest time, Most calls`: the paragraphs that begin so.
    private static List<String> explanation(String text) throws Exception {
        String[] halves = text.split(" # ", 2);
        String[] words = halves[0].split(" ", 2);
        String all = Explanation.of(ConfigReader.read(TOP.resolve(words[0])).config(), words[1]);
        List<String> wanted = Arrays.asList(halves[1].split(", "));
        List<String> found = new ArrayList<>();
        for (String paragraph : all.split("\n\n", -1)) {
            if (wanted.stream().anyMatch(paragraph::startsWith)) found.add(paragraph.stripTrailing());
        }
        if (found.size() != wanted.size()) throw new AssertionError(text + " is not in:\n" + all);
        if (found.getFirst().startsWith("```")) return found.getFirst().lines().toList();
        return Blocks.fenced("text", String.join("\n\n", found));
    }

    /* --- That the checks above can fail --- */

    @Test
    void changed_block_is_put_right() throws Exception {
        String page = "A\n<!-- keys: X -->\n| wrong |\n| 1 |\n\nB\n<!-- file: y -->\nC\n";

        assertEquals("A\n<!-- keys: X -->\n| X |\n\nB\n<!-- file: y -->\n| y |\nC\n",
                Blocks.rewritten(page, (_, text) -> List.of("| " + text + " |")));
    }

    @Test
    void region_in_a_region_belongs_to_both() {
        assertEquals(Map.of("a", "x: 1\n  y: 2\nz: 3", "b", "y: 2"),
                Blocks.regions("""
                          # @start region=a
                          x: 1
                            # @start region=b
                            y: 2
                            # @end
                          z: 3
                          # @end
                        """));
    }
}
