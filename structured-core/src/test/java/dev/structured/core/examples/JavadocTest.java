package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds every piece of code in the library's Javadoc to a file that is compiled: it has to be in one of the
/// examples, word for word, however it is broken into lines; of what has empty lines, each part by itself.
class JavadocTest {
    private static final List<Path> MAIN = List.of(Path.of("src/main/java"),
            Path.of("../structured-testing/src/main/java"));
    private static final Path EXAMPLES = Path.of("src/test/java/dev/structured/core/examples");
    private static final Pattern BLOCK = Pattern.compile("( *)/// ```java\\n(.*?)\\n *///? ?```",
            Pattern.DOTALL);

    @Test
    void code_in_the_javadoc_is_in_an_example() throws IOException {
        List<String> examples = new ArrayList<>();
        for (Path file : javaFiles(EXAMPLES)) examples.add(compact(Files.readString(file)));
        List<String> missing = new ArrayList<>();
        int blocks = 0;
        List<Path> sources = new ArrayList<>();
        for (Path root : MAIN) sources.addAll(javaFiles(root));
        for (Path file : sources) {
            Matcher block = BLOCK.matcher(Files.readString(file));
            while (block.find()) {
                blocks++;
                String code = block.group(2).replaceAll("(?m)^ */// ?", "");
                for (String part : code.split("\n\n", -1)) {
                    if (examples.stream().noneMatch(example -> example.contains(compact(part)))) {
                        missing.add(file.getFileName() + " shows code that no example has:\n" + part);
                    }
                }
            }
        }
        assertTrue(blocks > 10, "only " + blocks + " blocks were found");
        assertEquals("", String.join("\n\n", missing),
                "Change the Javadoc, or JavadocSnippets to what it shows");
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static String compact(String code) {
        return code.replaceAll("\\s+", "");
    }
}
