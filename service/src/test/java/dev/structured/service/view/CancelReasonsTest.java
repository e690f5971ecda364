package dev.structured.service.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.record.Cause;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Checks that the page and its description explain each reason for which a call is cancelled.
class CancelReasonsTest {
    private static Set<String> reasons() {
        Set<String> all = new TreeSet<>(Set.of("budget", "hedge-lost", "element-failed"));
        for (Cause.Kind each : Cause.Kind.values()) all.add(each.label());
        return all;
    }

    @Test
    void page_explains_each() throws IOException {
        String script;
        try (InputStream in = CancelReasonsTest.class.getResourceAsStream("/ui/app.js")) {
            script = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
        int begin = script.indexOf("const REASONS = {");
        assertTrue(begin > 0);
        String explained = script.substring(begin, script.indexOf("};", begin));
        Set<String> missing = reasons();
        missing.removeIf(
                each -> explained.contains("'" + each + "': '") || explained.contains(" " + each + ": '"));
        assertEquals(Set.of(), missing);
    }

    @Test
    void description_has_a_row_for_each() throws IOException {
        String page = Files.readString(Path.of("../docs/seeing.md"));
        Set<String> missing = reasons();
        missing.removeIf(each -> page.contains("| `" + each + "` |"));
        assertEquals(Set.of(), missing);
    }
}
