package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.interop.FileWatch.Change;
import dev.structured.core.interop.FileWatch.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadingTest {
    @TempDir
    private Path folder;

    /// A log beside the file changes all the time; a file that replaces another one appears.
    @ParameterizedTest
    @CsvSource({"CHANGED, routes.yaml, true", "CREATED, routes.yaml, true", "DELETED, routes.yaml, true",
            "CHANGED, service.log, false", "CREATED, ..data, true", "MANY, '', true"})
    void file_is_read_again_for_changes_that_may_be_its_own(Kind kind, String name, boolean expected) {
        assertEquals(expected,
                Reloading.concerns(new Change(kind, folder.resolve(name)), folder.resolve("routes.yaml")));
    }

    @Test
    void change_of_any_file_may_be_that_of_a_link() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("routes.yaml"), folder.resolve("real.yaml"));
        assertEquals(true, Reloading.concerns(new Change(Kind.CHANGED, folder.resolve("real.yaml")), link));
    }
}
