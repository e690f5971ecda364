package dev.structured.core.interop;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import dev.structured.core.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;

/// The changes of a directory, while it is [watched][FileOps#watch].
///
/// The operating system keeps some hundred changes that nobody has taken, and then reports [Kind#MANY]
/// instead. So nothing grows without bound; a program that gets it has to look at the directory itself.
public final class FileWatch {
    /// The kinds of change.
    public enum Kind {
        /// It is there now.
        CREATED,
        /// It, or what is in it, has changed.
        CHANGED,
        /// It is there no more.
        DELETED,
        /// So much that it was not kept: look at the whole directory.
        MANY
    }

    /// One change.
    ///
    /// @param path what has changed; of [Kind#MANY] the directory itself
    public record Change(Kind kind, Path path) {}

    private final Path directory;
    private final WatchService service;

    FileWatch(Path directory) throws IOException {
        this.directory = directory;
        service = directory.getFileSystem().newWatchService();
        boolean registered = false;
        try {
            directory.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
            registered = true;
        } finally {
            if (!registered) service.close();
        }
    }

    /// Waits until something has happened since the last call, and returns the changes. **Checkpoint.** The
    /// task waits on its own thread, which lets go of its carrier while it waits.
    ///
    /// @return not empty, unless the directory is gone: then no change will come
    public List<Change> next() {
        Checkpoints.quickCheckpoint();
        WatchKey key;
        try {
            key = service.take();
        } catch (InterruptedException e) {
            throw Interrupted.in(e);
        }
        List<Change> changes = new ArrayList<>();
        for (WatchEvent<?> event : key.pollEvents()) changes.add(change(event));
        key.reset();
        return changes;
    }

    private Change change(WatchEvent<?> event) {
        Kind kind = event.kind() == ENTRY_CREATE
                ? Kind.CREATED
                : event.kind() == ENTRY_MODIFY
                        ? Kind.CHANGED
                        : event.kind() == ENTRY_DELETE ? Kind.DELETED : Kind.MANY;
        return new Change(kind, event.context() instanceof Path name ? directory.resolve(name) : directory);
    }

    void close() throws IOException {
        service.close();
    }
}
