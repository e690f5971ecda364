package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each link of a document to a file of this repository, or to a heading in one, leads there.
class LinksTest {
    private static final Pattern FENCED = Pattern.compile("(?ms)^\\s*```.*?^\\s*```\\s*?$");
    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern LINK = Pattern.compile("]\\((?![a-z]+:)([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.*)$");

    @Test
    void every_link_leads_somewhere() throws IOException {
        List<Path> documents = Documents.all();
        assertTrue(documents.size() > 100, () -> "the documents are not found: " + documents);
        List<String> broken = new ArrayList<>();
        for (Path document : documents) broken.addAll(brokenLinks(document));
        assertEquals(List.of(), broken);
    }

    private static List<String> brokenLinks(Path document) throws IOException {
        String text = withoutFences(document);
        List<String> broken = new ArrayList<>();
        for (MatchResult link : LINK.matcher(CODE.matcher(text).replaceAll("")).results().toList()) {
            Path file = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
            String heading = link.group(2);
            if (!Files.exists(file)) {
                broken.add(document + " links to " + link.group(1) + ", which is not there");
            } else if (heading != null && !headings(file).contains(heading)) {
                broken.add(document + " links to #" + heading + " of " + file.normalize()
                        + ", which has no such heading");
            }
        }
        return broken;
    }

    private static String withoutFences(Path document) throws IOException {
        return FENCED.matcher(Files.readString(document)).replaceAll("");
    }

    /// Returns the names of the headings in links, as GitHub makes them: the text in small letters, without
    /// marks and signs, and with a number where there are several of one name.
    private static Set<String> headings(Path document) throws IOException {
        Set<String> names = new HashSet<>();
        Map<String, Integer> times = new HashMap<>();
        Matcher heading = HEADING.matcher(withoutFences(document));
        while (heading.find()) {
            String text = heading.group(1).strip().replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1");
            String name = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ',
                    '-');
            int before = times.merge(name, 1, Integer::sum) - 1;
            names.add(before == 0 ? name : name + "-" + before);
        }
        return names;
    }

    /* --- That the check above can fail --- */

    @TempDir
    private Path folder;

    @Test
    void link_to_no_file_and_to_no_heading_is_broken() throws IOException {
        Path other = Files.writeString(folder.resolve("other.md"), """
                # What is `left` (and why)
                ## Twice
                ## Twice
                ```
                # Not a heading
                ```
                """);
        Path page = Files.writeString(folder.resolve("page.md"), """
                # Here
                [a](other.md) [b](other.md#what-is-left-and-why) [c](other.md#twice-1) [d](#here) [two
                lines](https://example.com/#x) `[code](nowhere.md)` ![picture](gone.png)
                [e](other.md#not-a-heading) [f](#there)
                """);

        assertEquals(List.of(page + " links to gone.png, which is not there",
                page + " links to #not-a-heading of " + other + ", which has no such heading",
                page + " links to #there of " + page + ", which has no such heading"), brokenLinks(page));
    }
}
