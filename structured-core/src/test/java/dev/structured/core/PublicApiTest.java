package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import dev.structured.testing.VirtualClock;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Makes every change of the public API show in review: the signatures of each module are a file. The test
/// kit's sources are compiled with these tests, so both files are held here.
///
/// To accept a change, rewrite the files and commit them:
/// `mvn -pl structured-core test -Dtest=PublicApiTest -Dapi.update=true`
class PublicApiTest {
    @Test
    void public_signatures_are_those_of_api_txt() throws IOException, URISyntaxException {
        check("structured-core", PublicApi.ofModule(classesOf(Nursery.class)));
    }

    @Test
    void signatures_of_the_test_kit_are_those_of_its_api_txt() throws IOException, URISyntaxException {
        Class<?> kit = VirtualClock.class;
        check("structured-testing", PublicApi.ofPackage(classesOf(kit), kit.getPackageName()));
    }

    /// Surefire runs in the folder of structured-core.
    private static void check(String module, String actual) throws IOException {
        assertFalse(actual.isBlank(), "no public type found in " + module);
        Path file = Path.of("..", module, "api.txt");
        if (Boolean.getBoolean("api.update")) {
            Files.writeString(file, actual);
        }
        String expected = Files.exists(file) ? Files.readString(file) : "";
        if (!actual.equals(expected)) {
            fail("""
                    The public API is not the one in %s/api.txt ('-' only in the file, '+' only in the code):
                    %s
                    If that is what you want, rewrite the file and commit it:
                    mvn -pl structured-core test -Dtest=PublicApiTest -Dapi.update=true
                    """
                    .formatted(module, String.join("\n",
                            difference(expected.lines().toList(), actual.lines().toList()))));
        }
    }

    /// Returns the folder that a class was loaded from.
    private static Path classesOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
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
