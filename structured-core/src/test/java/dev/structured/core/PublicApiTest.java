package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/// Makes every change of the public API show in review: the signatures are a file.
///
/// To accept a change, rewrite the file and commit it:
/// `mvn -pl structured-core test -Dtest=PublicApiTest -Dapi.update=true`
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PublicApiTest {
    private static final Path FILE = Path.of("api.txt");

    @Test
    void public_signatures_are_those_of_api_txt() throws IOException, URISyntaxException {
        String actual = PublicApi.of(classes());
        assertFalse(actual.isBlank(), "no public type found in " + classes());
        if (Boolean.getBoolean("api.update")) {
            Files.writeString(FILE, actual);
        }
        String expected = Files.exists(FILE) ? Files.readString(FILE) : "";
        if (!actual.equals(expected)) {
            fail("""
                    The public API is not the one in structured-core/api.txt ('-' only in the file, '+' only in the code):
                    %s
                    If that is what you want, rewrite the file and commit it:
                    mvn -pl structured-core test -Dtest=PublicApiTest -Dapi.update=true
                    """
                    .formatted(String.join("\n",
                            difference(expected.lines().toList(), actual.lines().toList()))));
        }
    }

    /// Surefire runs in the module's folder; the classes are found where this one's subject was loaded from.
    private static Path classes() throws URISyntaxException {
        return Path.of(Nursery.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /// Returns the lines that differ, each under the nearest type header, by a longest common subsequence.
    private static List<String> difference(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        return walk(before, after, common);
    }

    private static List<String> walk(List<String> before, List<String> after, int[][] common) {
        List<String> lines = new ArrayList<>();
        String header = "";
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            boolean removed = j == after.size()
                    || (i < before.size() && common[i + 1][j] >= common[i][j + 1]);
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                header = before.get(i).startsWith(" ") ? header : "  " + before.get(i);
                i++;
                j++;
                continue;
            }
            if (!header.isBlank()) lines.add(header);
            header = "";
            lines.add(removed ? "- " + before.get(i++) : "+ " + after.get(j++));
        }
        return lines;
    }
}
