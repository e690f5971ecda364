package dev.structured.service.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsChangesTest {
    @TempDir
    private Path folder;

    @Test
    void link_to_another_file_is_a_change() throws Exception {
        Path first = Files.writeString(folder.resolve("first"), "1");
        Path second = Files.writeString(folder.resolve("second"), "2");
        Path link = Files.createSymbolicLink(folder.resolve("ca.pem"), first);
        TlsChanges changes = new TlsChanges(new TlsFiles(link, null, null));
        assertTrue(changes.look());
        assertFalse(changes.look());
        Files.delete(link);
        Files.createSymbolicLink(link, second);
        assertTrue(changes.look());
        assertFalse(changes.look());
    }

    @Test
    void missing_file_is_told_of_once_each_time() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "1");
        TlsChanges changes = new TlsChanges(new TlsFiles(file, null, null));
        assertTrue(changes.look());
        for (int i = 0; i < 2; i++) {
            Files.delete(file);
            IOException missing = assertThrows(IOException.class, changes::look);
            assertEquals(file + " does not exist", missing.getMessage());
            assertFalse(changes.look());
            assertFalse(changes.look());
            Files.writeString(file, "1");
            assertTrue(changes.look());
            assertFalse(changes.look());
        }
    }
}
