package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.core.interop.FileWatch.Change;
import dev.structured.core.interop.FileWatch.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
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
                Reloading.concerns(new Change(kind, folder.resolve(name)),
                        Set.of(folder.resolve("routes.yaml"))));
    }

    @Test
    void change_of_any_file_may_be_that_of_a_link() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("routes.yaml"), folder.resolve("real.yaml"));
        assertEquals(true,
                Reloading.concerns(new Change(Kind.CHANGED, folder.resolve("real.yaml")), Set.of(link)));
    }

    @Test
    void change_behind_a_link_to_a_folder_is_one_of_the_file() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("common"), real);
        assertEquals(true, Reloading.concerns(new Change(Kind.CHANGED, real.resolve("routes.yaml")),
                Set.of(link.resolve("routes.yaml"))));
    }

    /// As Kubernetes mounts a volume: two links, the second of which is replaced.
    @Test
    void folders_of_all_links_on_the_way_are_watched() throws IOException {
        Path top = folder.toRealPath();
        Path version = Files.createDirectories(top.resolve("mount/..v1"));
        Files.writeString(version.resolve("routes.yaml"), "");
        Files.createSymbolicLink(top.resolve("mount/..data"), Path.of("..v1"));
        Path file = Files.createSymbolicLink(top.resolve("mount/routes.yaml"), Path.of("..data/routes.yaml"));
        Files.createSymbolicLink(top.resolve("shop"), Path.of("mount"));

        assertEquals(Set.of(top.resolve("mount"), version), WatchedFolders.of(Set.of(file)));
        assertEquals(Set.of(top, top.resolve("mount"), version),
                WatchedFolders.of(Set.of(top.resolve("shop/routes.yaml"))));
    }

    @Test
    void links_in_a_circle_end() throws IOException {
        Path top = folder.toRealPath();
        Path a = Files.createSymbolicLink(top.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(top.resolve("b"), Path.of("a"));

        assertEquals(Set.of(top), WatchedFolders.of(Set.of(a)));
    }

    @Test
    void folder_that_is_not_there_yet_is_awaited_in_the_one_above() throws IOException {
        Path top = folder.toRealPath();

        assertEquals(Set.of(top), WatchedFolders.of(Set.of(top.resolve("secrets/shop/token"))));
    }
}
