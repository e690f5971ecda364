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
/// The operating system keeps a few hundred changes that were not taken yet, and then reports [Kind#MANY]
/// instead. So their number is bounded; a program that gets [Kind#MANY] has to look at the directory itself.
public final class FileWatch {
    /// The kinds of change.
    public enum Kind {
        /// The entry has been created.
        CREATED,
        /// The entry or its content has changed.
        CHANGED,
        /// The entry has been deleted.
        DELETED,
        /// Too many changes to keep: look at the whole directory.
        MANY
    }

    /// One change.
    ///
    /// @param path the entry that has changed; for [Kind#MANY] the directory itself
    public record Change(Kind kind, Path path) {}

    private final Path directory;
    private final WatchService service;
    /// The directory is gone, and [#next] has returned its last changes but has not said so yet.
    private boolean goneUntold;

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

    /// Waits for a change since the last call, and returns all changes since then. **Checkpoint.** The task
    /// waits on its own thread, which releases its carrier.
    ///
    /// @return the changes; empty, once, when the directory is gone and all its changes have been returned.
    ///     No change will come after that
    /// @throws IllegalStateException if the calling thread runs no task
    public List<Change> next() {
        Checkpoints.quickCheckpoint();
        if (goneUntold) {
            goneUntold = false;
            return List.of();
        }
        WatchKey key;
        try {
            key = service.take();
        } catch (InterruptedException e) {
            throw Interrupted.in(e);
        }
        List<Change> changes = new ArrayList<>();
        addChanges(key, changes);
        if (!key.reset()) {
            addChanges(key, changes); // that came before the end, since nobody will be told of them
            goneUntold = !changes.isEmpty();
        }
        return changes;
    }

    private void addChanges(WatchKey key, List<Change> changes) {
        for (WatchEvent<?> event : key.pollEvents()) changes.add(change(event));
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
