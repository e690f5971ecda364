package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Text with something wrong in it, and what the reader says about it.
public record Mistake(String text) {

    /// A small configuration in which nothing is wrong.
    public static final String GOOD = """
            downstreams:
              catalog:
                url: http://localhost:9001
              pricing:
                url: http://localhost:9002
            routes:
              - path: /products/{id}
                deadline: 800ms
                parts:
                  product:
                    from: catalog
                    path: /products/${id}
                    required: true
                  price:
                    from: pricing
                    path: /prices/${product.sku}
                    budget: 300ms
            """;

    /// Returns a configuration with every key, in which nothing is wrong.
    public static String everyKey() {
        try {
            return Files.readString(Path.of("src/test/resources/config/every-key.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts a mistake in the place of some text of [#GOOD] that occurs exactly once.
    public static Mistake replacing(String good, String bad) {
        assertEquals(GOOD.indexOf(good), GOOD.lastIndexOf(good), "'" + good + "' occurs more than once");
        assertTrue(GOOD.contains(good), "'" + good + "' does not occur");
        return new Mistake(GOOD.replace(good, bad));
    }

    /// Makes another mistake in the text.
    public Mistake and(String good, String bad) {
        assertTrue(text.contains(good), "'" + good + "' does not occur");
        return new Mistake(text.replace(good, bad));
    }

    /// Asserts that a text has exactly one problem, where `§` stands in it, whose message has all of these
    /// words.
    public static void isReportedAtMark(String marked, String... words) {
        int mark = marked.indexOf('§');
        assertEquals(mark, marked.lastIndexOf('§'), "not one mark");
        String before = marked.substring(0, mark);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        new Mistake(marked.replace("§", "")).isReported(line, mark - before.lastIndexOf('\n'), words);
    }

    /// Asserts that there is exactly one problem, at this place, whose message has all of these words.
    public void isReported(int line, int column, String... words) {
        List<Problem> problems = problems();
        assertEquals(1, problems.size(), () -> "not one problem: " + problems);
        isReportedAmongOthers(line, column, words);
    }

    /// Asserts that there is a problem at this place whose message has all of these words.
    public void isReportedAmongOthers(int line, int column, String... words) {
        List<Problem> problems = problems();
        assertTrue(problems.stream().anyMatch(problem -> problem.line() == line && problem.column() == column
                && Arrays.stream(words).allMatch(problem.message()::contains)),
                () -> "nothing at " + line + ":" + column + " with " + Arrays.toString(words) + " among "
                        + problems);
    }

    public List<Problem> problems() {
        return assertThrows(ConfigException.class, () -> ConfigReader.read("routes.yaml", text)).problems();
    }
}
