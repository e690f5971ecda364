package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The changelog has a section for each version, as a release leaves it.
class ChangelogTest {
    private static final Pattern RELEASED = Pattern
            .compile("## (\\d+\\.\\d+\\.\\d+) \\((\\d{4}-\\d\\d-\\d\\d)\\)");
    private static final Pattern ENTRY = Pattern.compile("- (New|Changed|Fixed|Removed): .*");

    private static List<String> lines() throws IOException {
        return Files.readAllLines(Path.of("../CHANGELOG.md"));
    }

    @Test
    void first_section_is_unreleased_and_the_others_are_versions_newest_first() throws IOException {
        List<String> sections = lines().stream().filter(line -> line.startsWith("## ")).toList();
        assertEquals("## Unreleased", sections.getFirst());
        for (int i = 1; i < sections.size(); i++) {
            Matcher version = RELEASED.matcher(sections.get(i));
            assertTrue(version.matches(), sections.get(i));
            LocalDate.parse(version.group(2));
            if (i == 1) continue;
            Matcher newer = RELEASED.matcher(sections.get(i - 1));
            assertTrue(newer.matches());
            assertTrue(Version.parse(newer.group(1)).compareTo(Version.parse(version.group(1))) > 0,
                    sections.get(i) + " is below " + sections.get(i - 1));
        }
    }

    @Test
    void each_entry_says_what_kind_of_change_it_is() throws IOException {
        for (String line : lines()) {
            if (line.startsWith("- ")) assertTrue(ENTRY.matcher(line).matches(), line);
        }
    }
}
